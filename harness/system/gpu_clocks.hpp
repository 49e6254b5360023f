#pragma once

#include <optional>
#include <string>

namespace ffbench {

/// How fast a GPU runs right now, and what keeps it from running faster.
struct GpuClocks {
  unsigned sm_mhz = 0;
  unsigned long long reasons = 0;  ///< bits, as NVIDIA's management library gives them

  /// Heat, power supply or a brake holds the clocks down: times taken now are not evidence. A power
  /// cap alone is how such a device always runs.
  [[nodiscard]] bool held_down() const;
  /// "none", or the reasons by name: "SW power cap, HW thermal slowdown".
  [[nodiscard]] std::string reasons_text() const;
};

/// What NVIDIA's management library (NVML, libnvidia-ml.so.1) says of a device; it is looked up at
/// run time and comes with the driver. Nothing where it or the device is not there. `uuid` as in
/// cuda::Device; empty: the machine's first.
std::optional<GpuClocks> gpu_clocks(const std::string& uuid = {});

/// Whether the library can be used, and a sentence that says so or why not.
struct ManagementLibrary {
  bool answers = false;
  std::string text;
};
ManagementLibrary find_management_library();

}  // namespace ffbench
