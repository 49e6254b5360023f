#include "stability/one_euro.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "core/numeric/math.hpp"

namespace ffbench::stability {
namespace {

constexpr OneEuroTuning motion_tuning{0.08, 0.35, 0.2};
constexpr OneEuroTuning shape_tuning{0.1, 0.25, 0.2};

double smoothing(double cutoff) {
  const double turns = 2 * math::pi * cutoff;
  return turns / (turns + 1);
}

}  // namespace

double OneEuro::filter(double sample) {
  if (!started_) {
    started_ = true;
    sample_ = output_ = sample;
    return output_;
  }
  speed_ += smoothing(tuning_.speed_cutoff) * ((sample - sample_) - speed_);
  sample_ = sample;
  output_ += smoothing(tuning_.least_cutoff + tuning_.speed_gain * std::abs(speed_)) * (sample - output_);
  return output_;
}

TrackedFace FaceOneEuro::filter(const TrackedFace& face) {
  if (reference_.empty()) {
    with_68_ = face.landmarks68.has_value();
    reference_ = all_landmarks(face, with_68_);
    uniform_.assign(reference_.size(), 1.0);
    const double area = face.box.width() * face.box.height();
    unit_ = area > 0 ? std::sqrt(area) / 256 : 1;
    motion_.assign(motion_axes, OneEuro(motion_tuning));
    shape_.assign(2 * reference_.size(), OneEuro(shape_tuning));
  }
  if (with_68_ && !face.landmarks68) {
    return face;
  }
  const std::optional<Placement> placement = place(all_landmarks(face, with_68_), reference_, uniform_);
  if (!placement) {
    return face;
  }
  const Point anchor = centroid(reference_, uniform_);
  MotionVector motion = motion_of(placement->to_reference, anchor, roll_);
  roll_ = motion[3];
  // A change of scale or roll by one moves the rim of a face of 256 pixels by about 128.
  const std::array<double, motion_axes> units{unit_, unit_, 1.0 / 128, 1.0 / 128};
  for (std::size_t axis = 0; axis < motion_axes; ++axis) {
    motion[axis] = motion_[axis].filter(motion[axis] / units[axis]) * units[axis];
  }
  std::vector<double> shape = placement->deviation;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    shape[i] = shape_[i].filter(shape[i] / unit_) * unit_;
  }
  TrackedFace result = face;
  set_landmarks(result, points_of(motion, shape, reference_, anchor));
  return result;
}

}  // namespace ffbench::stability
