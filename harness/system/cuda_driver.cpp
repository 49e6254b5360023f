#include "harness/system/cuda_driver.hpp"

#include <memory>
#include <type_traits>

#include <dlfcn.h>
#include <fmt/core.h>
#if __has_include(<cuda.h>)
#include <cuda.h>
#define FFBENCH_HAS_CUDA_H 1
#endif

namespace ffbench {
namespace {

// cuda.h comes with the CUDA toolkit, the driver without it: a build without the toolkit needs
// declarations of its own. Where the header is there, its types are used and the functions are
// compared with it.
#if FFBENCH_HAS_CUDA_H
using Result = CUresult;
#else
using Result = int;
#endif
constexpr auto success = static_cast<Result>(0);
using Init = Result(unsigned);
using GetNumber = Result(int*);
#if FFBENCH_HAS_CUDA_H
static_assert(success == CUDA_SUCCESS);
static_assert(std::is_same_v<Init, decltype(cuInit)>);
static_assert(std::is_same_v<GetNumber, decltype(cuDriverGetVersion)>);
static_assert(std::is_same_v<GetNumber, decltype(cuDeviceGetCount)>);
#endif

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
  auto* initialise = entry<Init>(library.get(), "cuInit");
  auto* get_version = entry<GetNumber>(library.get(), "cuDriverGetVersion");
  auto* get_count = entry<GetNumber>(library.get(), "cuDeviceGetCount");
  if (initialise == nullptr || get_version == nullptr || get_count == nullptr) {
    driver.problem = "the installed libcuda.so.1 is not a CUDA driver";
    return driver;
  }
  get_version(&driver.version);
  const auto text = [](int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); };
  if (driver.version < needed) {
    driver.problem = fmt::format(
        "the CUDA driver is too old: it serves CUDA {}, this program needs {}; install a newer driver",
        text(driver.version), text(needed));
  } else if (const Result status = initialise(0); status != success) {
    driver.problem =
        fmt::format("the CUDA driver does not start (CUresult {}): no device, or no access to it",
                    static_cast<int>(status));
  } else if (get_count(&driver.devices) != success || driver.devices == 0) {
    driver.problem = "the CUDA driver finds no device";
  }
  return driver;
}

}  // namespace ffbench
