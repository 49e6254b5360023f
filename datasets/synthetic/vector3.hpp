#pragma once

#include <array>
#include <cmath>

#include "datasets/synthetic/arithmetic.hpp"

namespace ffbench::synthetic {

/// A point or direction: x to the viewer's right, y up, z towards the viewer.
struct Vector3 {
  double x = 0;
  double y = 0;
  double z = 0;
};

constexpr Vector3 operator+(Vector3 a, Vector3 b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
constexpr Vector3 operator-(Vector3 a, Vector3 b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
constexpr Vector3 operator*(Vector3 a, double s) {
  return {a.x * s, a.y * s, a.z * s};
}
constexpr double dot(Vector3 a, Vector3 b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
constexpr Vector3 cross(Vector3 a, Vector3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
/// Of length 1; a vector of no length becomes (0, 0, 1).
inline Vector3 normalized(Vector3 a) {
  const double length = std::sqrt(dot(a, a));
  return length > 1e-12 ? a * (1 / length) : Vector3{0, 0, 1};
}

/// A rotation.
struct Rotation {
  std::array<Vector3, 3> rows{Vector3{1, 0, 0}, Vector3{0, 1, 0}, Vector3{0, 0, 1}};

  [[nodiscard]] Vector3 operator()(Vector3 v) const {
    return {dot(rows[0], v), dot(rows[1], v), dot(rows[2], v)};
  }

  /// Roll (clockwise on screen) after pitch (nose down) after yaw (nose to the viewer's right),
  /// radians.
  static Rotation from_angles(double yaw, double pitch, double roll) {
    const double cy = cosine(yaw);
    const double sy = sine(yaw);
    const double cp = cosine(pitch);
    const double sp = sine(pitch);
    const double cr = cosine(roll);
    const double sr = -sine(roll);
    const Vector3 x{cy, 0, sy};
    const Vector3 y{sp * sy, cp, -sp * cy};
    const Vector3 z{-cp * sy, sp, cp * cy};
    Rotation r;
    r.rows[0] = x * cr - y * sr;
    r.rows[1] = x * sr + y * cr;
    r.rows[2] = z;
    return r;
  }
};

}  // namespace ffbench::synthetic
