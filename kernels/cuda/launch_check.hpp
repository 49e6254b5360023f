#pragma once

#include <cuda_runtime_api.h>

// The part of `error.hpp` that launches need: nvcc cannot compile the rest.
namespace ffbench::cuda {

/// Checks the status that a launch returned. Throws `CudaError` with the kernel's name where it was
/// not accepted.
void check_launch(const char* kernel, cudaError_t status);

}  // namespace ffbench::cuda
