#include "stability/eos_guard.hpp"

#include <cmath>

#include "core/numeric/math.hpp"

namespace ffbench::stability {
namespace {

/// A value leaves its grid cell only when it is this share of a step beyond the cell's edge, so
/// that noise about an edge does not toggle it.
constexpr double hysteresis_share = 0.25;

double on_grid(double value, double step) {
  return std::nearbyint(value / step) * step;
}

}  // namespace

EosGuard::EosGuard(const Preset& preset) {
  const double angle = 1.0 / preset.eos_angle_steps;
  const double centre = 1.0 / preset.eos_centre_steps;
  step_ = {centre, centre, angle, angle, 0, 0};  // yaw and pitch have no grid: they are frozen
}

Pose EosGuard::in_tail(const Pose& pose) {
  PoseVector sample = to_vector(pose);
  if (!started_) {
    const PoseVector start = seen_ ? to_vector(last_) : sample;
    for (std::size_t axis = 0; axis < axis_count; ++axis) {
      held_[axis] = step_[axis] > 0 ? on_grid(start[axis], step_[axis]) : start[axis];
    }
    started_ = true;
  }
  for (std::size_t axis = 0; axis < axis_count; ++axis) {
    if (step_[axis] == 0) {
      continue;
    }
    if (axis == static_cast<std::size_t>(Axis::roll)) {
      sample[axis] = held_[axis] + math::wrap_angle(sample[axis] - held_[axis]);
    }
    const double away = sample[axis] > held_[axis] ? sample[axis] - held_[axis] : held_[axis] - sample[axis];
    if (away > (0.5 + hysteresis_share) * step_[axis]) {
      held_[axis] = on_grid(sample[axis], step_[axis]);
    }
  }
  return to_pose(held_);
}

}  // namespace ffbench::stability
