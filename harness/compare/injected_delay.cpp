#include "harness/compare/injected_delay.hpp"

#include <algorithm>
#include <chrono>

#include "core/system/seconds_since.hpp"

namespace ffbench {

double InjectedDelay::spin_after(double elapsed) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  frames_.insert(std::upper_bound(frames_.begin(), frames_.end(), elapsed), elapsed);
  const double wanted = share_ * frames_[frames_.size() / 2];
  double spun = 0;
  while (spun < wanted) {
    spun = seconds_since(start);
  }
  return spun;
}

}  // namespace ffbench
