#pragma once

#include <array>
#include <vector>

#include "core/face_track.hpp"
#include "datasets/synthetic/person.hpp"
#include "datasets/synthetic/vector3.hpp"

namespace ffbench::synthetic {

/// The surface of a head in its design pose: eyes and mouth a little open, so that the openings are
/// plain holes of the surface which expressions widen or close. Centimetres; origin between the
/// eyes on the axis through the ears; +z is where the nose points. A surface point has two
/// parameters: s, the longitude, in [-1, 1] with 0 in the middle of the face (denser there), and q,
/// the height, which is y up to the forehead and arc length over the crown.
class HeadShape {
 public:
  static constexpr double q_low = -12;  ///< below the chin
  static constexpr double q_high = 3 + 8.8 * (pi / 2);
  static constexpr double eye_x = 3.15;
  static constexpr double eye_half_width = 1.5;
  static constexpr double mouth_y = -7;
  static constexpr double mouth_half_width = 2.55;
  static constexpr double ball_radius = 1.9;  ///< of the visible cap of the eyeball

  explicit HeadShape(const Person& person) : person_(person) {}

  [[nodiscard]] const Person& person() const { return person_; }

  /// Longitude in radians.
  static double theta_of(double s) { return pi * s * (0.45 + 0.55 * s * s); }

  /// The surface point; `lift` > 0 takes the plain skull, without features, and lifts it by that
  /// much.
  [[nodiscard]] Vector3 point(double s, double q, double lift = 0) const;

  /// Upper and lower edge of the eye's opening at `x`, relative to the eye's axis; 0 beyond the
  /// corners. `x` may be of either eye.
  [[nodiscard]] double eye_upper(double x) const;
  [[nodiscard]] double eye_lower(double x) const;
  /// y of the line through the corners of the eye.
  static double eye_axis(double x);
  /// Half the design height of the opening between the lips at `x`; 0 beyond the corners.
  static double mouth_gap(double x);
  /// Height of the red of the upper and lower lip beyond the gap at `x`.
  [[nodiscard]] double upper_lip(double x) const;
  [[nodiscard]] double lower_lip(double x) const;

  /// Whether (x, y) on the front of the face lies in the opening of an eye or of the mouth.
  [[nodiscard]] bool in_eye(double x, double y) const;
  [[nodiscard]] bool in_mouth(double x, double y) const;

  /// Centre of the eyeball; side -1 is the one on the viewer's left.
  [[nodiscard]] static Vector3 eye_centre(int side) { return {side * eye_x, 0, 8.05 - ball_radius}; }

  /// A 68-point landmark in parameters.
  struct Anchor {
    double s = 0;
    double q = 0;
  };
  [[nodiscard]] std::array<Anchor, 68> landmark_anchors() const;

  /// The longitude parameter at which the front of the surface has that x at height `y`.
  [[nodiscard]] double s_at(double x, double y) const;

 private:
  [[nodiscard]] double relief(double x, double y) const;

  Person person_;
};

}  // namespace ffbench::synthetic
