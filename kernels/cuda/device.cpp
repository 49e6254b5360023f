#include "kernels/cuda/device.hpp"

#include <cctype>
#include <fstream>

#include "kernels/cuda/error.hpp"

namespace ffbench::cuda {
namespace {

std::string version_text(int version) {
  return version == 0 ? std::string() : fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

int driver_number() {
  int version = 0;
  return cudaDriverGetVersion(&version) == cudaSuccess ? version : 0;
}

std::string uuid_text(const cudaUUID_t& uuid) {
  std::string text = "GPU-";
  for (std::size_t i = 0; i < sizeof uuid.bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      text += '-';
    }
    text += fmt::format("{:02x}", static_cast<unsigned char>(uuid.bytes[i]));
  }
  return text;
}

/// The devices, or why there is none.
struct Found {
  std::vector<Device> devices;
  std::string problem;
};

Found find() {
  Found found;
  if (driver_number() == 0) {
    found.problem = "no CUDA device: no CUDA driver is installed (libcuda.so.1)";
    return found;
  }
  int count = 0;
  const cudaError_t status = cudaGetDeviceCount(&count);
  if (status == cudaErrorInsufficientDriver) {
    found.problem = fmt::format(
        "the CUDA driver is too old: it serves CUDA {}, this program needs {}; install a newer driver",
        driver_version(), runtime_version());
  } else if (status != cudaSuccess) {
    found.problem =
        fmt::format("no CUDA device: {} ({})", cudaGetErrorString(status), cudaGetErrorName(status));
  } else if (count == 0) {
    found.problem = "no CUDA device: the driver finds none";
  }
  static_cast<void>(cudaGetLastError());
  for (int i = 0; i < count && found.problem.empty(); ++i) {
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, i) != cudaSuccess) {
      found.problem = fmt::format("no CUDA device: device {} does not answer", i);
      break;
    }
    found.devices.push_back({i, properties.name, uuid_text(properties.uuid), properties.major,
                             properties.minor, properties.multiProcessorCount, properties.totalGlobalMem});
  }
  return found;
}

const Found& found() {
  static const Found once = find();
  return once;
}

}  // namespace

const std::string& why_unavailable() {
  return found().problem;
}

const std::vector<Device>& devices() {
  return found().devices;
}

const Device& current_device() {
  int index = 0;
  check(cudaGetDevice(&index), "asking for the device");
  return devices().at(static_cast<std::size_t>(index));
}

int needed_driver() {
  // Within a major version, older drivers support newer runtimes.
  return CUDART_VERSION / 1000 * 1000;
}

std::string runtime_version() {
  int version = 0;
  return cudaRuntimeGetVersion(&version) == cudaSuccess ? version_text(version) : std::string();
}

std::string driver_version() {
  return version_text(driver_number());
}

std::string driver_description() {
  // "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.159.04  Release Build ..."
  std::ifstream file("/proc/driver/nvidia/version");
  std::string word;
  std::string found;
  while (found.empty() && file >> word) {
    const bool number = std::isdigit(static_cast<unsigned char>(word[0])) != 0;
    found = number && word.find('.') != std::string::npos ? word : std::string();
  }
  const std::string served = fmt::format("CUDA {}", driver_version());
  return found.empty() ? served : fmt::format("{}, {}", found, served);
}

void use_device(int index) {
  if (!why_unavailable().empty()) {
    fail("{}", why_unavailable());
  }
  const auto& all = devices();
  if (index < 0 || index >= static_cast<int>(all.size())) {
    std::string known;
    for (const Device& device : all) {
      known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", device.index, device.name);
    }
    fail("--device {}: there is no such device; known: {}", index, known);
  }
  check(cudaSetDevice(index), "choosing the device");
}

DeviceScope::DeviceScope(int index) {
  if (!why_unavailable().empty()) {
    fail("{}", why_unavailable());
  }
  check(cudaGetDevice(&before_), "asking for the device");
  use_device(index);
}

DeviceScope::~DeviceScope() {
  static_cast<void>(cudaSetDevice(before_));
}

}  // namespace ffbench::cuda
