#include "harness/compare/throttling.hpp"

#include <filesystem>
#include <fstream>
#include <optional>

#include <dlfcn.h>
#include <fmt/format.h>

namespace ffbench::compare {
namespace {

/// Events since boot over all cores; 0 where the kernel counts none (virtual machines).
long long throttle_events() {
  long long events = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/devices/system/cpu", ignored)) {
    std::ifstream file(entry.path() / "thermal_throttle" / "core_throttle_count");
    long long count = 0;
    if (file >> count) {
      events += count;
    }
  }
  return events;
}

struct GpuClocks {
  unsigned sm_mhz = 0;
  unsigned long long reasons = 0;
};

/// Device 0's clocks through NVML, looked up at run time (nvml.h: nvmlInit_v2, nvmlDeviceGetHandleByIndex_v2,
/// nvmlDeviceGetClockInfo with NVML_CLOCK_SM = 1, nvmlDeviceGetCurrentClocksThrottleReasons).
std::optional<GpuClocks> gpu_clocks() {
  static void* const library = ::dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    return std::nullopt;
  }
  const auto find = [](const char* name) { return ::dlsym(library, name); };
  const auto init = reinterpret_cast<int (*)()>(find("nvmlInit_v2"));
  const auto device_of = reinterpret_cast<int (*)(unsigned, void**)>(find("nvmlDeviceGetHandleByIndex_v2"));
  const auto clock_of = reinterpret_cast<int (*)(void*, int, unsigned*)>(find("nvmlDeviceGetClockInfo"));
  const auto reasons_of = reinterpret_cast<int (*)(void*, unsigned long long*)>(
      find("nvmlDeviceGetCurrentClocksThrottleReasons"));
  if (init == nullptr || device_of == nullptr || clock_of == nullptr || reasons_of == nullptr) {
    return std::nullopt;
  }
  static const bool ready = init() == 0;
  void* device = nullptr;
  GpuClocks clocks;
  constexpr int sm_clock = 1;
  if (!ready || device_of(0, &device) != 0 || clock_of(device, sm_clock, &clocks.sm_mhz) != 0 ||
      reasons_of(device, &clocks.reasons) != 0) {
    return std::nullopt;
  }
  return clocks;
}

}  // namespace

ThrottleWatch::ThrottleWatch(bool gpu) : gpu_(gpu), cpu_events_(throttle_events()) {}

std::string ThrottleWatch::problem() const {
  if (throttle_events() > cpu_events_) {
    return "the CPU was throttled for heat";
  }
  // HW slowdown 0x8, SW thermal 0x20, HW thermal 0x40, HW power brake 0x80.
  constexpr unsigned long long held_down = 0x8 | 0x20 | 0x40 | 0x80;
  if (gpu_) {
    if (const auto clocks = gpu_clocks(); clocks && (clocks->reasons & held_down) != 0) {
      return fmt::format("the GPU's clocks were held down (throttle reasons {:#x})", clocks->reasons);
    }
  }
  return {};
}

std::map<std::string, std::string> ThrottleWatch::record() const {
  std::map<std::string, std::string> facts;
  if (gpu_) {
    if (const auto clocks = gpu_clocks()) {
      facts["sm_clock_mhz"] = std::to_string(clocks->sm_mhz);
      facts["throttle_reasons"] = fmt::format("{:#x}", clocks->reasons);
    }
  }
  return facts;
}

}  // namespace ffbench::compare
