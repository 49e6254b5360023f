#include "core/system/interruption.hpp"

#include <array>
#include <atomic>
#include <csignal>
#include <ctime>

namespace ffbench {
namespace {

std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may store it");

std::atomic<long> first_seconds{0};
static_assert(std::atomic<long>::is_always_lock_free);

/// The first signal is remembered. One that comes a while after it ends the program at once; one
/// right behind it is the same request, sent to the process and to its group, as `timeout` does.
void remember(int number) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  int none = 0;
  if (received.compare_exchange_strong(none, number)) {
    first_seconds.store(now.tv_sec);
  } else if (now.tv_sec - first_seconds.load() > 1) {
    static_cast<void>(std::signal(number, SIG_DFL));
    static_cast<void>(std::raise(number));
  }
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
  if (const int number = received.load(std::memory_order_relaxed); number != 0) {
    throw Interrupted(fmt::format("interrupted by {}", name_of_signal(number)));
  }
}

}  // namespace ffbench
