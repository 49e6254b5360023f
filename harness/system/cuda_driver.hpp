#pragma once

#include <string>

namespace ffbench {

/// What this machine's CUDA driver says, looked up at run time, so that the program starts without
/// one.
struct CudaDriver {
  std::string problem;  ///< why no device can be used; empty where one can
  int version = 0;      ///< of the driver, 1000 x major + 10 x minor; 0 where not known
  int devices = 0;
};

/// `needed`: the oldest version that will do, 0 where any does.
CudaDriver find_cuda_driver(int needed = 0);

}  // namespace ffbench
