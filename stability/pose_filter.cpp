#include "stability/pose_filter.hpp"

#include "core/numeric/math.hpp"

namespace ffbench::stability {
namespace {

constexpr std::size_t index(Axis axis) {
  return static_cast<std::size_t>(axis);
}

constexpr bool is_angle(std::size_t axis) {
  return axis == index(Axis::roll) || axis == index(Axis::yaw) || axis == index(Axis::pitch);
}

double to_radians(double degrees) {
  return degrees * (math::pi / 180);
}

}  // namespace

PoseVector to_vector(const Pose& pose) {
  return {pose.centre.x, pose.centre.y, math::log(pose.scale), pose.roll, pose.yaw, pose.pitch};
}

Pose to_pose(const PoseVector& v) {
  Pose pose;
  pose.centre = {v[index(Axis::centre_x)], v[index(Axis::centre_y)]};
  pose.scale = math::exp(v[index(Axis::log_scale)]);
  pose.roll = v[index(Axis::roll)];
  pose.yaw = v[index(Axis::yaw)];
  pose.pitch = v[index(Axis::pitch)];
  return pose;
}

PoseFilter::PoseFilter(const Preset& preset) : beta_(preset.pose_beta), centre_(preset.pose_centre) {
  deadband_[index(Axis::centre_x)] = 0;
  deadband_[index(Axis::centre_y)] = 0;
  deadband_[index(Axis::log_scale)] = math::log(1 + preset.pose_deadband_scale);
  deadband_[index(Axis::roll)] = to_radians(preset.pose_deadband_roll);
  deadband_[index(Axis::yaw)] = to_radians(preset.pose_deadband_yaw);
  deadband_[index(Axis::pitch)] = to_radians(preset.pose_deadband_pitch);
}

Pose PoseFilter::filter(const Pose& measured) {
  const bool first = beta_power_ == 1;
  PoseVector sample = to_vector(measured);
  beta_power_ *= beta_;
  for (std::size_t axis = 0; axis < axis_count; ++axis) {
    if (is_angle(axis) && !first) {
      sample[axis] = unwrapped_[axis] + math::wrap_angle(sample[axis] - unwrapped_[axis]);
    }
    unwrapped_[axis] = sample[axis];
    average_[axis] = beta_ * average_[axis] + (1 - beta_) * sample[axis];
    const double filtered = average_[axis] / (1 - beta_power_);
    const double moved = filtered > output_[axis] ? filtered - output_[axis] : output_[axis] - filtered;
    if (first || moved > deadband_[axis]) {
      output_[axis] = filtered;
    }
  }
  Pose filtered = to_pose(output_);
  if (!centre_) {
    filtered.centre = measured.centre;
  }
  return filtered;
}

}  // namespace ffbench::stability
