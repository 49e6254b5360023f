#include "kernels/cuda/error.hpp"

#include "kernels/cuda/fault_points.hpp"
#include "kernels/cuda/launch_check.hpp"

namespace ffbench::cuda {
namespace {

/// Errors after which no call succeeds until the process ends.
bool is_lost(cudaError_t status) {
  switch (status) {
    case cudaErrorIllegalAddress:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorECCUncorrectable:
    case cudaErrorHardwareStackError:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorAssert:
    case cudaErrorDevicesUnavailable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorContextIsDestroyed:
      return true;
    default:
      return false;
  }
}

std::string message_of(cudaError_t status, const char* doing) {
  std::string what =
      fmt::format("CUDA: {}: {} ({})", doing, cudaGetErrorString(status), cudaGetErrorName(status));
  if (status == cudaErrorMemoryAllocation) {
    return what + "; use smaller batches (--batch), fewer streams (--streams), or free the device's memory";
  }
  if (status == cudaErrorInsufficientDriver) {
    return what + "; install a newer driver, or a build made with an older toolkit";
  }
  if (status == cudaErrorNoKernelImageForDevice || status == cudaErrorUnsupportedPtxVersion) {
    return what + "; build with the device's architecture in CMAKE_CUDA_ARCHITECTURES";
  }
  if (is_lost(status)) {
    return what + "; the device is lost for this process, run again with what is left to do";
  }
  return what;
}

}  // namespace

void check(cudaError_t status, const char* doing) {
  if (status == cudaSuccess && fault_points::device_is_lost()) {
    status = cudaErrorLaunchFailure;
  }
  if (status != cudaSuccess) {
    // Clears an error that is not sticky, so that it does not fail the next call.
    static_cast<void>(cudaGetLastError());
    throw CudaError(status, message_of(status, doing));
  }
}

void check_launch(const char* kernel, cudaError_t status) {
  check(status, kernel);
}

}  // namespace ffbench::cuda
