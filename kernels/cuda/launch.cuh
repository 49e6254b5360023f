#pragma once

#include <algorithm>

#include <cuda_runtime_api.h>

#include "kernels/cuda/device.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/launch_check.hpp"

// Programmatic dependent launch: a kernel starts while the previous kernel of the stream still
// runs, and calls `wait_for_previous` before it touches what that one reads or writes. Every block
// of such a kernel must wait before it ends, even if it has nothing to do: otherwise the kernel
// could end before the previous one, and the next kernel would not wait for that. Devices before
// Hopper run one kernel after the other.
namespace ffbench::cuda {

__device__ __forceinline__ void wait_for_previous() {
#if __CUDA_ARCH__ >= 900
  cudaGridDependencySynchronize();
  // Only after the wait: with three kernels in flight at a time a face takes longer.
  cudaTriggerProgrammaticLaunchCompletion();
#endif
}

/// Whether the code that the device runs contains the wait: code for older architectures, which the
/// driver translates, does not.
inline bool runs_code_that_waits(const Device& device) {
  constexpr int architectures[] = {__CUDA_ARCH_LIST__};
  const int own = 100 * device.compute_major + 10 * device.compute_minor;
  return std::ranges::any_of(architectures,
                             [own](int written_for) { return written_for >= 900 && written_for <= own; });
}

/// Launches a kernel. Throws `CudaError` with the operator's name where the launch is not accepted.
template <typename... Parameters, typename... Arguments>
void launch(const char* name, void (*kernel)(Parameters...), dim3 grid, int threads, std::size_t shared_bytes,
            StreamHandle stream, Arguments... arguments) {
  cudaLaunchAttribute attribute{};
  attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  attribute.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = dim3(static_cast<unsigned>(threads));
  config.dynamicSmemBytes = shared_bytes;
  config.stream = stream;
  config.attrs = &attribute;
  config.numAttrs = runs_code_that_waits(current_device()) ? 1 : 0;
  check_launch(name, cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...));
}

}  // namespace ffbench::cuda
