#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include <cuda_runtime_api.h>

#include "kernels/cuda/device.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/kernel_registry.hpp"
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

/// Whether a kernel calls `wait_for_previous`.
enum class Order { waits, plain };

/// A kernel, which registers itself. Defined once, beside the function.
template <typename... Parameters>
class Kernel {
 public:
  /// `row` and `name` as in `KernelRecord`.
  Kernel(const char* row, std::string name, void (*function)(Parameters...), Order order = Order::waits)
      : record_(row, std::move(name)), function_(function), order_(order) {}

  /// Launches it. Throws `CudaError` with its name where the launch is not accepted.
  template <typename... Arguments>
  void operator()(dim3 grid, int threads, std::size_t shared_bytes, StreamHandle stream,
                  Arguments... arguments) const {
    record_.count();
    cudaLaunchAttribute attribute{};
    attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attribute.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = grid;
    config.blockDim = dim3(static_cast<unsigned>(threads));
    config.dynamicSmemBytes = shared_bytes;
    config.stream = stream;
    config.attrs = &attribute;
    config.numAttrs = order_ == Order::waits && runs_code_that_waits(current_device()) ? 1 : 0;
    check_launch(record_.name(),
                 cudaLaunchKernelEx(&config, function_, static_cast<Parameters>(arguments)...));
  }

 private:
  KernelRecord record_;
  void (*function_)(Parameters...);
  Order order_;
};

}  // namespace ffbench::cuda
