#pragma once

#include <array>
#include <cstddef>

#include "core/face_plan.hpp"
#include "core/preset.hpp"

namespace ffbench::stability {

/// The six numbers a face's motion is filtered in: centre x and y in frame pixels, natural
/// logarithm of the scale, roll, yaw and pitch in radians.
enum class Axis : std::size_t { centre_x, centre_y, log_scale, roll, yaw, pitch };
inline constexpr std::size_t axis_count = 6;
using PoseVector = std::array<double, axis_count>;

PoseVector to_vector(const Pose& pose);
Pose to_pose(const PoseVector& vector);

/// The seed's pose filter with its defects corrected (NUMERICS.md, "Pose filter"): an exponential
/// average per axis, with bias correction for its start at zero, then a deadband per axis against
/// the last output. The centre is filtered where `Preset::pose_centre` says so, else it stays as
/// measured. Angles are followed over the turn at +-180 degrees. The state is plain data:
/// copy it to save it.
class PoseFilter {
 public:
  explicit PoseFilter(const Preset& preset);

  Pose filter(const Pose& measured);

 private:
  double beta_;
  bool centre_;  ///< whether the centre is filtered
  PoseVector deadband_;
  PoseVector average_{};    ///< uncorrected, started at zero
  PoseVector unwrapped_{};  ///< the last measurement, angles without jumps
  PoseVector output_{};
  double beta_power_ = 1;  ///< beta to the number of samples
};

}  // namespace ffbench::stability
