#pragma once

#include <atomic>
#include <cstdint>

namespace ffbench {

/// What a signal handler knows of the signals before. The first is remembered. One that comes more
/// than a second after it ends the program at once; one right behind it is the same request, sent
/// to the process and to its group, as `timeout` does. Number and time are one value, so that a
/// second signal never meets the one without the other, in whichever thread and at whichever
/// instruction.
class SignalMemory {
 public:
  /// Remembers a first signal; whether a later one is to end the program. `seconds` is a clock that
  /// does not go back. Safe in a signal handler.
  bool ends_at_once(int number, std::int64_t seconds) {
    constexpr std::int64_t numbers = 128;  // more than there are signals
    std::int64_t first = 0;
    return !first_.compare_exchange_strong(first, seconds * numbers + number) &&
           seconds - first / numbers > 1;
  }

  /// The first signal; 0 while there was none.
  [[nodiscard]] int number() const { return static_cast<int>(first_.load(std::memory_order_relaxed) % 128); }

 private:
  std::atomic<std::int64_t> first_{0};
  static_assert(std::atomic<std::int64_t>::is_always_lock_free, "a signal handler may store it");
};

}  // namespace ffbench
