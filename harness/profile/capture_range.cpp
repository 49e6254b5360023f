#include "harness/profile/capture_range.hpp"

#include <array>
#include <cstdlib>
#include <string_view>

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/file_descriptor.hpp"

namespace ffbench {
namespace {

/// Calls a function of the CUDA driver without arguments, where this process has loaded the driver.
void call_driver(const char* name) {
  void* library = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_NOLOAD);
  if (library == nullptr) {
    return;
  }
  if (auto* function = reinterpret_cast<int (*)()>(::dlsym(library, name)); function != nullptr) {
    function();
  }
  ::dlclose(library);
}

/// Sends perf a command and waits for its acknowledgement. False where it does not answer.
bool tell_perf(std::string_view word) {
  const char* names = std::getenv("FFBENCH_PERF_CONTROL");
  if (names == nullptr || *names == '\0') {
    return true;
  }
  const std::string_view text(names);
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) {
    return false;
  }
  const FileDescriptor control = open_descriptor(text.substr(0, comma), O_RDWR | O_NONBLOCK);
  const FileDescriptor acknowledge = open_descriptor(text.substr(comma + 1), O_RDWR | O_NONBLOCK);
  if (!control || !acknowledge || !write_all(control, word.data(), word.size())) {
    return false;
  }
  constexpr int patience_ms = 5000;
  pollfd waiting{acknowledge.get(), POLLIN, 0};
  std::array<char, 16> answer{};
  return ::poll(&waiting, 1, patience_ms) == 1 && ::read(acknowledge.get(), answer.data(), answer.size()) > 0;
}

}  // namespace

CaptureRange::CaptureRange() {
  if (!tell_perf("enable\n")) {
    fail(
        "FFBENCH_PERF_CONTROL: perf does not answer; give CONTROL,ACK, the two pipes of perf --control "
        "fifo:CONTROL,ACK");
  }
  call_driver("cuProfilerStart");
}

CaptureRange::~CaptureRange() {
  call_driver("cuProfilerStop");
  tell_perf("disable\n");
}

}  // namespace ffbench
