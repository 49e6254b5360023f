#include "harness/system/cuda_driver.hpp"

#include <memory>

#include <dlfcn.h>
#include <fmt/format.h>

namespace ffbench {
namespace {

struct Unload {
  void operator()(void* library) const { ::dlclose(library); }
};

/// The driver's entry of that name; its signature is the caller's word.
template <typename Function>
Function* entry(void* library, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library, name));
}

}  // namespace

CudaDriver find_cuda_driver(int needed) {
  CudaDriver driver;
  const std::unique_ptr<void, Unload> library(::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL));
  if (!library) {
    driver.problem = "no CUDA driver: libcuda.so.1 is not installed";
    return driver;
  }
  auto* initialise = entry<int(unsigned)>(library.get(), "cuInit");
  auto* get_version = entry<int(int*)>(library.get(), "cuDriverGetVersion");
  auto* get_count = entry<int(int*)>(library.get(), "cuDeviceGetCount");
  if (initialise == nullptr || get_version == nullptr || get_count == nullptr) {
    driver.problem = "the installed libcuda.so.1 is no CUDA driver";
    return driver;
  }
  get_version(&driver.version);
  const auto text = [](int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); };
  if (driver.version < needed) {
    driver.problem = fmt::format(
        "the CUDA driver is too old: it serves CUDA {}, this program needs {}; install a newer driver",
        text(driver.version), text(needed));
  } else if (const int status = initialise(0); status != 0) {
    driver.problem =
        fmt::format("the CUDA driver does not start (CUresult {}): no device, or no access to it", status);
  } else if (get_count(&driver.devices) != 0 || driver.devices == 0) {
    driver.problem = "the CUDA driver finds no device";
  }
  return driver;
}

}  // namespace ffbench
