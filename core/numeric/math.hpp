#pragma once

namespace ffbench {

/// Elementary functions in binary64 made of + - * / and sqrt alone, so that plans and fixtures have
/// the same bits on every machine; a C library's may differ in the last place. Errors are those
/// found by the tests over the stated ranges, against the C library in extended precision.
namespace math {

inline constexpr double pi = 3.14159265358979323846;

struct SinCos {
  double sin;
  double cos;
};

/// |x| <= 1e5; absolute error below 4e-16 (near 0 relative as well).
SinCos sincos(double x);

/// Any finite x; absolute error below 5e-16.
double atan(double x);

/// The angle of (x, y) in (-pi, pi]; 0 for (0, 0). Absolute error below 7e-16.
double atan2(double y, double x);

/// |x| <= 700; relative error below 4e-16.
double exp(double x);

/// Finite x > 0; error below 3e-16 absolute near 1, relative elsewhere.
double log(double x);

/// The angle in [-pi, pi] that differs from `angle` by whole turns. |angle| <= 1e5.
double wrap_angle(double angle);

/// x^(12/5) for 0 <= x <= 1, relative error below 1e-15: the power in sRGB's transfer function.
double pow_12_5(double x);

}  // namespace math
}  // namespace ffbench
