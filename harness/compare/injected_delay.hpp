#pragma once

#include <vector>

namespace ffbench {

/// Makes frames slower on purpose: after each frame it spins for a share of the median time of the
/// frames so far. A share of that frame's own time would add more than that share on a busy
/// machine, where frames that were interrupted would be followed by long spins.
class InjectedDelay {
 public:
  /// `share` 0.03: 3 % of a frame.
  explicit InjectedDelay(double share) : share_(share) {}

  /// Call when a frame took `elapsed` seconds. Spins; returns the seconds it spun.
  double spin_after(double elapsed);

 private:
  double share_;
  std::vector<double> frames_;  ///< seconds, in ascending order
};

}  // namespace ffbench
