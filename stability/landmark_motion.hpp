#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/face_track.hpp"
#include "core/geometry.hpp"

namespace ffbench::stability {

/// Centre x and y in frame pixels, natural logarithm of the scale, roll in radians, unwrapped: the
/// rigid part of a face's motion in the picture.
inline constexpr std::size_t motion_axes = 4;
using MotionVector = std::array<double, motion_axes>;

/// All landmarks of a face as one list: the 68 where `with_68`, then the five.
std::vector<Point> all_landmarks(const TrackedFace& face, bool with_68);

/// Puts the list of `all_landmarks` back; without the 68, the face has none of them afterwards.
void set_landmarks(TrackedFace& face, const std::vector<Point>& points);

/// The landmarks of a face split into a similarity, whose error is that of the mean of all points,
/// and what is left: the face's own shape, which turning and speaking change.
struct Placement {
  Similarity to_reference;  ///< frame to reference, least squares over all points
  /// Of the points in the reference from the reference: x, y, x, y ...
  std::vector<double> deviation;
};

/// Splits by a reference of as many points; `weights`, one a point, say how much each counts in the
/// fit. Empty where the points determine no similarity.
std::optional<Placement> place(const std::vector<Point>& points, const std::vector<Point>& reference,
                               const std::vector<double>& weights);

/// The weighted mean of the points.
Point centroid(const std::vector<Point>& points, const std::vector<double>& weights);

/// The similarity as numbers to be filtered, about the reference's `anchor`; roll is the one
/// nearest to `previous_roll`.
MotionVector motion_of(const Similarity& to_reference, Point anchor, double previous_roll);

/// The points of a motion and a shape, in the frame: the inverse of `place` and `motion_of`.
std::vector<Point> points_of(const MotionVector& motion, const std::vector<double>& deviation,
                             const std::vector<Point>& reference, Point anchor);

}  // namespace ffbench::stability
