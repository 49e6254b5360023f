// In a build without CUDA there is nothing to measure; `measure_gpu_table` has said so before it comes to this.
#include "harness/gpu_table/gpu_table.hpp"

namespace ffbench {

void measure_kernels(GpuTable& /*table*/) {}
void measure_transfers(GpuTable& /*table*/, int /*device*/) {}

}  // namespace ffbench
