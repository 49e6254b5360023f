#pragma once

#include <cmath>

/// Functions of one number that give the same bits on every machine: + - * / and the square root
/// only.
namespace ffbench::synthetic {

inline constexpr double pi = 3.14159265358979323846;

constexpr double clamp(double x, double low, double high) {
  return x < low ? low : (x > high ? high : x);
}
constexpr double mix(double a, double b, double t) {
  return a + (b - a) * t;
}

/// 0 below `a`, 1 above `b`, with zero slope at both.
constexpr double smooth_step(double a, double b, double x) {
  const double t = clamp((x - a) / (b - a), 0, 1);
  return t * t * (3 - 2 * t);
}

/// (1 - x²)² inside |x| < 1, 0 outside: a smooth bump.
constexpr double bump(double x) {
  const double t = 1 - x * x;
  return t > 0 ? t * t : 0;
}

/// A bump over an ellipse around (cx, cy) with half axes (rx, ry).
inline double bump2(double x, double y, double cx, double cy, double rx, double ry) {
  const double dx = (x - cx) / rx;
  const double dy = (y - cy) / ry;
  const double t = 1 - dx * dx - dy * dy;
  return t > 0 ? t * t : 0;
}

/// The sine of `x` radians, |x| < 1e6: reduction to [-π/2, π/2], Taylor polynomial of degree 15.
/// Absolute error below 1e-10 for |x| <= 100.
inline double sine(double x) {
  const double turns = std::floor(x / pi + 0.5);
  const double r = x - turns * pi;
  const bool odd = turns - 2 * std::floor(turns / 2) != 0;
  const double s = r * r;
  double p = -1.0 / 1307674368000.0;
  p = p * s + 1.0 / 6227020800.0;
  p = p * s - 1.0 / 39916800.0;
  p = p * s + 1.0 / 362880.0;
  p = p * s - 1.0 / 5040.0;
  p = p * s + 1.0 / 120.0;
  p = p * s - 1.0 / 6.0;
  p = p * s + 1.0;
  return odd ? -r * p : r * p;
}

inline double cosine(double x) {
  return sine(x + pi / 2);
}

/// 2 to the power of x, |x| <= 60: exact power of two times a Taylor polynomial of degree 12 on
/// [-1/2, 1/2]. Relative error below 1e-14.
inline double power_of_two(double x) {
  const double whole = std::floor(x + 0.5);
  const double r = (x - whole) * 0.693147180559945309417;
  double p = 1;
  for (int i = 12; i >= 1; --i) {
    p = 1 + p * r / i;
  }
  double scale = 1;
  for (int i = 0; i < static_cast<int>(whole < 0 ? -whole : whole); ++i) {
    scale *= 2;
  }
  return whole < 0 ? p / scale : p * scale;
}

constexpr double radians(double degrees) {
  return degrees * (pi / 180);
}

}  // namespace ffbench::synthetic
