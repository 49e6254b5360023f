#include "core/numeric/math.hpp"

#include <array>
#include <cmath>
#include <cstddef>

namespace ffbench::math {
namespace {

// Taylor coefficients: on the reduced ranges the first term left out is below 1e-17, and unlike
// fitted coefficients they can be checked at a glance.
template <std::size_t N>
double horner(const std::array<double, N>& coefficients, double x) {
  double sum = coefficients[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) {
    sum = sum * x + coefficients[i];
  }
  return sum;
}

// pi/2 and ln 2, split so that k times the high part is exact for |k| < 2^20.
constexpr double half_pi_high = 1.5707963267341256;
constexpr double half_pi_low = 6.077100506506192e-11;
constexpr double ln2_high = 0.6931471803691238;
constexpr double ln2_low = 1.9082149292705877e-10;

}  // namespace

SinCos sincos(double x) {
  static constexpr std::array<double, 8> sine{
      1.0,          -1.0 / 6,        1.0 / 120,          -1.0 / 5040,
      1.0 / 362880, -1.0 / 39916800, 1.0 / 6227020800.0, -1.0 / 1307674368000.0};
  static constexpr std::array<double, 9> cosine{1.0,
                                                -1.0 / 2,
                                                1.0 / 24,
                                                -1.0 / 720,
                                                1.0 / 40320,
                                                -1.0 / 3628800,
                                                1.0 / 479001600,
                                                -1.0 / 87178291200.0,
                                                1.0 / 20922789888000.0};
  const double quarter_turns = std::nearbyint(x * (2 / pi));
  const double r = (x - quarter_turns * half_pi_high) - quarter_turns * half_pi_low;
  const double r2 = r * r;
  const double s = r * horner(sine, r2);
  const double c = horner(cosine, r2);
  switch (static_cast<long long>(quarter_turns) & 3) {
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

double atan(double x) {
  static constexpr std::array<double, 11> series{1.0,      -1.0 / 3,  1.0 / 5,  -1.0 / 7,  1.0 / 9, -1.0 / 11,
                                                 1.0 / 13, -1.0 / 15, 1.0 / 17, -1.0 / 19, 1.0 / 21};
  const double magnitude = x < 0 ? -x : x;
  const bool inverted = magnitude > 1;
  double r = inverted ? 1 / magnitude : magnitude;
  // Each step halves the angle: atan(r) = 2 atan(r / (1 + sqrt(1 + r^2))).
  r = r / (1 + std::sqrt(1 + r * r));
  r = r / (1 + std::sqrt(1 + r * r));
  double angle = 4 * (r * horner(series, r * r));
  if (inverted) {
    angle = pi / 2 - angle;
  }
  return x < 0 ? -angle : angle;
}

double atan2(double y, double x) {
  if (x == 0 && y == 0) {
    return 0;
  }
  const double ax = x < 0 ? -x : x;
  const double ay = y < 0 ? -y : y;
  double angle = ax >= ay ? atan(ay / ax) : pi / 2 - atan(ax / ay);
  if (x < 0) {
    angle = pi - angle;
  }
  return y < 0 ? -angle : angle;
}

double exp(double x) {
  static constexpr std::array<double, 14> series{1.0,
                                                 1.0,
                                                 1.0 / 2,
                                                 1.0 / 6,
                                                 1.0 / 24,
                                                 1.0 / 120,
                                                 1.0 / 720,
                                                 1.0 / 5040,
                                                 1.0 / 40320,
                                                 1.0 / 362880,
                                                 1.0 / 3628800,
                                                 1.0 / 39916800,
                                                 1.0 / 479001600,
                                                 1.0 / 6227020800.0};
  const double k = std::nearbyint(x * (1 / (ln2_high + ln2_low)));
  const double r = (x - k * ln2_high) - k * ln2_low;
  return std::ldexp(horner(series, r), static_cast<int>(k));
}

double log(double x) {
  static constexpr std::array<double, 11> series{1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9, 1.0 / 11,
                                                 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19, 1.0 / 21};
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // in [1/2, 1)
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  return exponent * ln2_high + (exponent * ln2_low + 2 * (s * horner(series, s * s)));
}

double wrap_angle(double angle) {
  const double turns = std::nearbyint(angle * (1 / (2 * pi)));
  return (angle - turns * (4 * half_pi_high)) - turns * (4 * half_pi_low);
}

double pow_12_5(double x) {
  if (!(x > 0)) {
    return 0;
  }
  // Newton's iteration for the fifth root; from the starting point 1 it falls monotonically towards
  // the root.
  double root = 1;
  for (int i = 0; i < 200; ++i) {
    const double r2 = root * root;
    const double next = (4 * root + x / (r2 * r2)) / 5;
    if (!(next < root)) {
      break;
    }
    root = next;
  }
  return x * x * (root * root);
}

}  // namespace ffbench::math
