#include "harness/system/gpu_clocks.hpp"

#include <array>
#include <string_view>
#include <type_traits>
#include <utility>

#include <dlfcn.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#if __has_include(<nvml.h>)
#include <nvml.h>
#define FFBENCH_HAS_NVML_H 1
#endif

namespace ffbench {
namespace {

// nvml.h comes with the CUDA toolkit, NVML itself with the driver: a build without the toolkit
// needs declarations of its own. Where the header is there, its types are used and the rest is
// compared with it.
#if FFBENCH_HAS_NVML_H
using Return = nvmlReturn_t;
using NvmlDevice = nvmlDevice_t;
using ClockKind = nvmlClockType_t;
#else
using Return = int;
using NvmlDevice = void*;
using ClockKind = int;
#endif
constexpr auto success = static_cast<Return>(0);
constexpr auto sm_clock = static_cast<ClockKind>(1);
using Init = Return();
using HandleByIndex = Return(unsigned, NvmlDevice*);
using HandleByUuid = Return(const char*, NvmlDevice*);
using ClockInfo = Return(NvmlDevice, ClockKind, unsigned*);
using ThrottleReasons = Return(NvmlDevice, unsigned long long*);

/// nvml.h: nvmlClocksThrottleReason...
constexpr std::array<std::pair<unsigned long long, std::string_view>, 9> reason_names{
    {{0x1, "idle"},
     {0x2, "application clocks"},
     {0x4, "SW power cap"},
     {0x8, "HW slowdown"},
     {0x10, "sync boost"},
     {0x20, "SW thermal slowdown"},
     {0x40, "HW thermal slowdown"},
     {0x80, "HW power brake"},
     {0x100, "display clocks"}}};
constexpr unsigned long long held_down_bits = 0x8 | 0x20 | 0x40 | 0x80;

#if FFBENCH_HAS_NVML_H
// Not compared: nvmlDeviceGetCurrentClocksThrottleReasons, of which newer headers warn. Its newer
// name (...EventReasons) is missing in older drivers.
static_assert(std::is_same_v<Init, decltype(nvmlInit_v2)>);
static_assert(std::is_same_v<HandleByIndex, decltype(nvmlDeviceGetHandleByIndex_v2)>);
static_assert(std::is_same_v<HandleByUuid, decltype(nvmlDeviceGetHandleByUUID)>);
static_assert(std::is_same_v<ClockInfo, decltype(nvmlDeviceGetClockInfo)>);
static_assert(success == NVML_SUCCESS && sm_clock == NVML_CLOCK_SM);
static_assert(reason_names[0].first == nvmlClocksThrottleReasonGpuIdle);
static_assert(reason_names[1].first == nvmlClocksThrottleReasonApplicationsClocksSetting);
static_assert(reason_names[2].first == nvmlClocksThrottleReasonSwPowerCap);
static_assert(reason_names[3].first == nvmlClocksThrottleReasonHwSlowdown);
static_assert(reason_names[4].first == nvmlClocksThrottleReasonSyncBoost);
static_assert(reason_names[5].first == nvmlClocksThrottleReasonSwThermalSlowdown);
static_assert(reason_names[6].first == nvmlClocksThrottleReasonHwThermalSlowdown);
static_assert(reason_names[7].first == nvmlClocksThrottleReasonHwPowerBrakeSlowdown);
static_assert(reason_names[8].first == nvmlClocksThrottleReasonDisplayClockSetting);
static_assert(held_down_bits ==
              (nvmlClocksThrottleReasonHwSlowdown | nvmlClocksThrottleReasonSwThermalSlowdown |
               nvmlClocksThrottleReasonHwThermalSlowdown | nvmlClocksThrottleReasonHwPowerBrakeSlowdown));
#endif

/// The library's functions. Opened once and kept, as NVML wants it.
class Nvml {
 public:
  static const Nvml& get() {
    static const Nvml opened;
    return opened;
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }

  [[nodiscard]] std::optional<GpuClocks> clocks(const std::string& uuid) const {
    NvmlDevice device = nullptr;
    GpuClocks read;
    if (!problem_.empty() ||
        (uuid.empty() ? by_index_(0, &device) : by_uuid_(uuid.c_str(), &device)) != success ||
        clock_(device, sm_clock, &read.sm_mhz) != success || reasons_(device, &read.reasons) != success) {
      return std::nullopt;
    }
    return read;
  }

 private:
  Nvml() {
    void* library = ::dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      problem_ = "NVIDIA's management library is not installed (libnvidia-ml.so.1): no clocks in reports";
      return;
    }
    Init* init = nullptr;
    const auto find = [&](auto& function, const char* name) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(::dlsym(library, name));
      return function != nullptr;
    };
    if (!find(init, "nvmlInit_v2") || !find(by_index_, "nvmlDeviceGetHandleByIndex_v2") ||
        !find(by_uuid_, "nvmlDeviceGetHandleByUUID") || !find(clock_, "nvmlDeviceGetClockInfo") ||
        !find(reasons_, "nvmlDeviceGetCurrentClocksThrottleReasons")) {
      problem_ = "the installed libnvidia-ml.so.1 lacks functions of NVML 2: no clocks in reports";
    } else if (const Return status = init(); status != success) {
      problem_ =
          fmt::format("NVIDIA's management library does not start (nvmlReturn {}): no clocks in reports",
                      static_cast<int>(status));
    }
  }

  std::string problem_;
  HandleByIndex* by_index_ = nullptr;
  HandleByUuid* by_uuid_ = nullptr;
  ClockInfo* clock_ = nullptr;
  ThrottleReasons* reasons_ = nullptr;
};

}  // namespace

bool GpuClocks::held_down() const {
  return (reasons & held_down_bits) != 0;
}

std::string GpuClocks::reasons_text() const {
  std::string text;
  for (const auto& [bit, name] : reason_names) {
    if ((reasons & bit) != 0) {
      text += (text.empty() ? "" : ", ") + std::string(name);
    }
  }
  return text.empty() ? "none" : text;
}

std::optional<GpuClocks> gpu_clocks(const std::string& uuid) {
  return Nvml::get().clocks(uuid);
}

ManagementLibrary find_management_library() {
  if (!Nvml::get().problem().empty()) {
    return {false, Nvml::get().problem()};
  }
  const auto clocks = gpu_clocks();
  if (!clocks) {
    return {false, "NVIDIA's management library finds no device: no clocks in reports"};
  }
  return {true,
          fmt::format("NVML: SM clock {} MHz, held back by: {}", clocks->sm_mhz, clocks->reasons_text())};
}

}  // namespace ffbench
