#include "harness/compare/throttling.hpp"

#include <filesystem>
#include <fstream>

#include <fmt/core.h>

#include "harness/system/gpu_clocks.hpp"

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

}  // namespace

ThrottleWatch::ThrottleWatch(bool gpu) : gpu_(gpu), cpu_events_(throttle_events()) {}

std::string ThrottleWatch::problem() const {
  if (throttle_events() > cpu_events_) {
    return "the CPU was throttled for heat";
  }
  if (gpu_) {
    if (const auto clocks = gpu_clocks(); clocks && clocks->held_down()) {
      return fmt::format("the GPU's clocks were held down ({})", clocks->reasons_text());
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
