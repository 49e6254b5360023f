#include "core/system/interruption.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "core/system/signal_memory.hpp"

namespace ffbench {
namespace {

SignalMemory memory;

void remember(int number) {
  const int error = errno;
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  if (memory.ends_at_once(number, now.tv_sec)) {
    static_cast<void>(std::signal(number, SIG_DFL));
    static_cast<void>(std::raise(number));
  }
  errno = error;
}

const char* name_of_signal(int number) {
  switch (number) {
    case SIGINT:
      return "SIGINT";
    case SIGTERM:
      return "SIGTERM";
    default:
      return "SIGHUP";
  }
}

}  // namespace

void watch_for_interruption() {
  for (const int number : std::array{SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    // A signal that the parent had ignored (nohup) stays ignored.
    if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) {
      continue;
    }
    struct sigaction action {};
    action.sa_handler = remember;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
  }
}

void check_interruption() {
  if (const int number = memory.number(); number != 0) {
    throw Interrupted(fmt::format("interrupted by {}", name_of_signal(number)));
  }
}

}  // namespace ffbench
