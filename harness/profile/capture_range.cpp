#include "harness/profile/capture_range.hpp"

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "core/error.hpp"

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

struct Descriptor {
  explicit Descriptor(const std::string& path)
      : number(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC)) {}
  ~Descriptor() {
    if (number >= 0) {
      ::close(number);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number;
};

/// Tells perf a word and waits until it says that it did so. False where it does not answer.
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
  const Descriptor control{std::string(text.substr(0, comma))};
  const Descriptor acknowledge{std::string(text.substr(comma + 1))};
  if (control.number < 0 || acknowledge.number < 0 ||
      ::write(control.number, word.data(), word.size()) != static_cast<ssize_t>(word.size())) {
    return false;
  }
  constexpr int patience_ms = 5000;
  pollfd waiting{acknowledge.number, POLLIN, 0};
  std::array<char, 16> answer{};
  return ::poll(&waiting, 1, patience_ms) == 1 &&
         ::read(acknowledge.number, answer.data(), answer.size()) > 0;
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
