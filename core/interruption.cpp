#include "core/interruption.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace ffbench {
namespace {

std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may store it");

void remember(int number) {
  received.store(number);
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
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(number, &action, nullptr);
  }
}

void check_interruption() {
  if (const int number = received.load(std::memory_order_relaxed); number != 0) {
    throw Interrupted(fmt::format("interrupted by {}", name_of_signal(number)));
  }
}

}  // namespace ffbench
