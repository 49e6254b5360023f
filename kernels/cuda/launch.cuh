#pragma once

#include <algorithm>

#include <cuda_runtime_api.h>

#include "kernels/cuda/device.hpp"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch_check.hpp"

// Programmatic dependent launch: a kernel is brought onto the device while the one before it in the stream still runs, and waits there, with
// `wait_for_previous`, before it touches what that one reads or writes. Every block of a kernel that is launched so waits before it ends, work or none: a
// kernel whose blocks did not would end before the one ahead of it, and what follows would not wait for that one. Devices before Hopper launch one
// after another.
namespace ffbench::cuda {

__device__ __forceinline__ void wait_for_previous() {
#if __CUDA_ARCH__ >= 900
  cudaGridDependencySynchronize();
  // After the wait: with three kernels in flight at a time the chain of a face takes longer.
  cudaTriggerProgrammaticLaunchCompletion();
#endif
}

/// Whether a device runs code that waits: that for an older one, which the driver makes fit, does not.
inline bool runs_code_that_waits(const Device& device) {
  constexpr int architectures[] = {__CUDA_ARCH_LIST__};
  const int own = 100 * device.compute_major + 10 * device.compute_minor;
  return std::ranges::any_of(architectures,
                             [own](int written_for) { return written_for >= 900 && written_for <= own; });
}

/// Throws `CudaError` that names the kernel where it was not accepted.
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
