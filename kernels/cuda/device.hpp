#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace ffbench::cuda {

/// The properties of a device.
struct Device {
  int index = 0;
  std::string name;
  std::string uuid;
  int compute_major = 0;
  int compute_minor = 0;
  int multiprocessors = 0;
  std::size_t memory_bytes = 0;
};

/// Why no device can be used: no driver, a driver older than this program's runtime, no device.
/// Empty where a device can be used. Determined once per process.
const std::string& why_unavailable();

/// All devices; empty where none can be used.
const std::vector<Device>& devices();

/// The CUDA version that the driver must support, as 1000 x its major number; 0 without the
/// toolkit.
int needed_driver();

/// Versions as "13.0"; "" where unknown.
std::string runtime_version();
std::string driver_version();

/// The driver's version and the CUDA version that it supports: "580.159.04, CUDA 13.0".
std::string driver_description();

/// The device that this thread uses.
const Device& current_device();

/// Selects the device that this thread uses. Throws `Error` with the list of devices where there is
/// no such.
void use_device(int index);

/// Selects a device as `use_device` does, and at its end the one that the thread used before.
class DeviceScope {
 public:
  explicit DeviceScope(int index);
  ~DeviceScope();
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  int before_ = 0;
};

}  // namespace ffbench::cuda
