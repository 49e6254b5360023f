#include "harness/system/gpu_clocks.hpp"

#include <array>
#include <string_view>
#include <utility>

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ffbench {
namespace {

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

/// The library's functions, as nvml.h declares them. Opened once and kept, as NVML wants it.
class Nvml {
 public:
  static const Nvml& get() {
    static const Nvml opened;
    return opened;
  }

  [[nodiscard]] const std::string& problem() const { return problem_; }

  [[nodiscard]] std::optional<GpuClocks> clocks(const std::string& uuid) const {
    constexpr int sm_clock = 1;
    void* device = nullptr;
    GpuClocks read;
    if (!problem_.empty() || (uuid.empty() ? by_index_(0, &device) : by_uuid_(uuid.c_str(), &device)) != 0 ||
        clock_(device, sm_clock, &read.sm_mhz) != 0 || reasons_(device, &read.reasons) != 0) {
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
    int (*init)() = nullptr;
    const auto find = [&](auto& function, const char* name) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(::dlsym(library, name));
      return function != nullptr;
    };
    if (!find(init, "nvmlInit_v2") || !find(by_index_, "nvmlDeviceGetHandleByIndex_v2") ||
        !find(by_uuid_, "nvmlDeviceGetHandleByUUID") || !find(clock_, "nvmlDeviceGetClockInfo") ||
        !find(reasons_, "nvmlDeviceGetCurrentClocksThrottleReasons")) {
      problem_ = "the installed libnvidia-ml.so.1 lacks functions of NVML 2: no clocks in reports";
    } else if (const int status = init(); status != 0) {
      problem_ = fmt::format(
          "NVIDIA's management library does not start (nvmlReturn {}): no clocks in reports", status);
    }
  }

  std::string problem_;
  int (*by_index_)(unsigned, void**) = nullptr;
  int (*by_uuid_)(const char*, void**) = nullptr;
  int (*clock_)(void*, int, unsigned*) = nullptr;
  int (*reasons_)(void*, unsigned long long*) = nullptr;
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
