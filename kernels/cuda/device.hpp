#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ffbench::cuda {

/// What a device says of itself.
struct Device {
  int index = 0;
  std::string name;
  std::string uuid;
  int compute_major = 0;
  int compute_minor = 0;
  int multiprocessors = 0;
  std::size_t memory_bytes = 0;
};

/// Why no device can be used: no driver, a driver older than the runtime in this program, no device. Empty where one can.
/// The answer is found once in a process.
const std::string& why_unavailable();

/// All devices; empty where none can be used.
const std::vector<Device>& devices();

/// The oldest driver that serves this program, 1000 x the CUDA version's major number; 0 without the toolkit.
int needed_driver();

/// Versions as "13.0"; "" where unknown.
std::string runtime_version();
std::string driver_version();

/// The driver's own version and the CUDA version it serves: "580.159.04, CUDA 13.0".
std::string driver_description();

/// The one that this thread uses.
const Device& current_device();

/// Makes a device the one this thread uses. Throws `Error` that lists the devices where there is no such.
void use_device(int index);

}  // namespace ffbench::cuda
