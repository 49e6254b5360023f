#include "core/numeric/math.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/hash.hpp"

namespace ffbench {
namespace {

/// Calls `check` at many points of [low, high], evenly spread with an irrational step.
template <typename Check>
void over(double low, double high, Check check) {
  constexpr int points = 200000;
  for (int i = 0; i < points; ++i) {
    const double share = std::fmod(i * std::numbers::phi, 1.0);
    check(low + (high - low) * share);
  }
}

TEST(Math, SineAndCosineAreWithinTheirError) {
  double worst = 0;
  for (double range : {1.0, 10.0, 1e5}) {
    over(-range, range, [&](double x) {
      const math::SinCos value = math::sincos(x);
      const long double exact = x;
      worst = std::max({worst, static_cast<double>(std::abs(value.sin - std::sin(exact))),
                        static_cast<double>(std::abs(value.cos - std::cos(exact)))});
    });
  }
  EXPECT_LT(worst, 4e-16);
}

TEST(Math, ArctangentsAreWithinTheirError) {
  double worst = 0;
  over(-30, 30, [&](double x) {
    worst = std::max(worst,
                     static_cast<double>(std::abs(math::atan(x) - std::atan(static_cast<long double>(x)))));
  });
  EXPECT_LT(worst, 5e-16);
  worst = 0;
  over(-math::pi, math::pi, [&](double angle) {
    const double y = 3.7 * std::sin(angle);
    const double x = 3.7 * std::cos(angle);
    worst = std::max(
        worst, static_cast<double>(std::abs(math::atan2(y, x) - std::atan2(static_cast<long double>(y),
                                                                           static_cast<long double>(x)))));
  });
  EXPECT_LT(worst, 7e-16);
  EXPECT_EQ(math::atan2(0, 0), 0);
  EXPECT_EQ(math::atan2(0, -1), math::pi);
  EXPECT_EQ(math::atan2(1, 0), math::pi / 2);
}

TEST(Math, ExponentialAndLogarithmAreWithinTheirError) {
  double worst = 0;
  over(-700, 700, [&](double x) {
    const long double exact = std::exp(static_cast<long double>(x));
    worst = std::max(worst, static_cast<double>(std::abs((math::exp(x) - exact) / exact)));
  });
  EXPECT_LT(worst, 4e-16);
  worst = 0;
  over(1e-3, 1e3, [&](double x) {
    const long double exact = std::log(static_cast<long double>(x));
    worst = std::max(worst,
                     static_cast<double>(std::abs(math::log(x) - exact) / std::max(1.0L, std::abs(exact))));
  });
  EXPECT_LT(worst, 3e-16);
  EXPECT_EQ(math::exp(0), 1);
  EXPECT_EQ(math::log(1), 0);
}

TEST(Math, ThePowerOfTheTransferFunction) {
  over(0, 1, [&](double x) {
    const long double exact = std::pow(static_cast<long double>(x), 2.4L);
    ASSERT_LE(std::abs(math::pow_12_5(x) - exact), 1e-15L * exact) << x;
  });
  EXPECT_EQ(math::pow_12_5(0), 0);
  EXPECT_EQ(math::pow_12_5(1), 1);
}

TEST(Math, WrappedAnglesLieWithinHalfATurn) {
  over(-1000, 1000, [](double x) {
    const double wrapped = math::wrap_angle(x);
    ASSERT_LE(std::abs(wrapped), math::pi * (1 + 1e-12));
    ASSERT_NEAR(std::sin(wrapped), std::sin(x), 1e-12);
  });
}

TEST(Math, HasTheSameBitsEverywhere) {
  // The digest of many results: a compiler that contracts or reassociates changes it.
  Hasher hasher;
  over(-50, 50, [&hasher](double x) {
    const math::SinCos s = math::sincos(x);
    const double values[] = {
        s.sin, s.cos, math::atan(x), math::exp(x), math::log(x * x + 0.5), math::atan2(x, 3)};
    hasher.update(values, sizeof values);
  });
  EXPECT_EQ(hasher.digest().hex(), "23d65977bac0e7cb97731c0fb3dbbcf7");
}

}  // namespace
}  // namespace ffbench
