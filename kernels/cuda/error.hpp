#pragma once

#include <cuda_runtime_api.h>

#include "core/error.hpp"

namespace ffbench::cuda {

/// A CUDA call that failed. Exit code 2: the machine, not the pixels, is at fault.
class CudaError : public Error {
 public:
  CudaError(cudaError_t status, const std::string& message) : Error(message), status_(status) {}

  [[nodiscard]] bool out_of_memory() const noexcept { return status_ == cudaErrorMemoryAllocation; }

 private:
  cudaError_t status_;
};

/// Throws `CudaError` where `status` is no success; `doing` says what was tried ("copying a frame to the device").
/// Errors that leave the device unusable for this process are told as such.
void check(cudaError_t status, const char* doing);

}  // namespace ffbench::cuda
