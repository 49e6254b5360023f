#pragma once

#include "core/face_plan.hpp"
#include "core/preset.hpp"
#include "stability/pose_filter.hpp"

namespace ffbench::stability {

/// The end-of-sequence guard (NUMERICS.md, "End-of-sequence guard"): in the last frames of a clip,
/// where detectors degrade and filters have no future, centre, roll and scale move in steps of a
/// grid with real hysteresis (a Schmitt trigger), about the face's own centre; yaw and pitch stay
/// at their last value before the tail.
class EosGuard {
 public:
  explicit EosGuard(const Preset& preset);

  /// A frame before the tail: passes through and is remembered.
  void before_tail(const Pose& pose) { last_ = pose, seen_ = true; }

  /// A frame of the tail.
  Pose in_tail(const Pose& pose);

 private:
  PoseVector step_{};
  PoseVector held_{};  ///< the grid point in force, angles unwrapped
  Pose last_;
  bool seen_ = false;     ///< a frame before the tail was given
  bool started_ = false;  ///< the tail has begun
};

}  // namespace ffbench::stability
