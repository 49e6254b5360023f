// A build without CUDA measures nothing: `measure_gpu_table` fails with the reason before it gets
// here.
#include "harness/gpu_table/gpu_table.hpp"

namespace ffbench {

void measure_kernels(GpuTable& /*table*/) {}
void measure_transfers(GpuTable& /*table*/, int /*device*/) {}

}  // namespace ffbench
