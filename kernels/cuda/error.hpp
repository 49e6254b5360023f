#pragma once

#include <cuda_runtime_api.h>

#include "core/error.hpp"

namespace ffbench::cuda {

/// A CUDA call that failed. Exit code 2: the fault is in the environment.
class CudaError : public Error {
 public:
  CudaError(cudaError_t status, const std::string& message) : Error(message), status_(status) {}

  [[nodiscard]] bool out_of_memory() const noexcept { return status_ == cudaErrorMemoryAllocation; }

 private:
  cudaError_t status_;
};

/// Throws `CudaError` where `status` is not success. `doing` names the action ("copying a frame to
/// the device"). The message says where the device is unusable for the rest of the process.
void check(cudaError_t status, const char* doing);

}  // namespace ffbench::cuda
