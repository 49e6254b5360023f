#pragma once

#include <map>
#include <string>

namespace ffbench::compare {

/// What the machine says of its clocks, read before and after a sample. Nothing is ever set.
class ThrottleWatch {
 public:
  /// With `gpu`, asks NVIDIA's management library (NVML) about device 0 where that library is
  /// present.
  explicit ThrottleWatch(bool gpu);

  /// Why times measured since construction are not evidence: the CPU's thermal throttle counters
  /// rose, or the GPU's clocks are held down for heat or power. Empty where nothing speaks against
  /// them, or nothing is known.
  [[nodiscard]] std::string problem() const;

  /// What was read, for the record: "sm_clock_mhz", "throttle_reasons".
  [[nodiscard]] std::map<std::string, std::string> record() const;

 private:
  bool gpu_;
  long long cpu_events_;
};

}  // namespace ffbench::compare
