#pragma once

namespace ffbench::cuda {

/// Asks after a kernel launch whether it was accepted; throws `CudaError` that names the kernel where it was not.
void check_launch(const char* kernel);

}  // namespace ffbench::cuda
