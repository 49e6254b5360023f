#pragma once

#include <cuda_runtime_api.h>

// What launches need of `error.hpp`, which nvcc does not compile.
namespace ffbench::cuda {

/// Asks after a kernel launch whether it was accepted; throws `CudaError` that names the kernel where it was not.
void check_launch(const char* kernel);

/// The same, where the launch itself says so.
void check_launch(const char* kernel, cudaError_t status);

}  // namespace ffbench::cuda
