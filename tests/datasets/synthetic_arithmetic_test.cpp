#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "datasets/synthetic/arithmetic.hpp"
#include "datasets/synthetic/random.hpp"
#include "datasets/synthetic/vector3.hpp"

namespace ffbench::synthetic {
namespace {

TEST(SyntheticArithmetic, SineAndCosineAgreeWithTheLibrary) {
  for (int i = -200000; i <= 200000; ++i) {
    const double x = i * 0.0005;
    ASSERT_NEAR(sine(x), std::sin(x), 1e-10) << x;
    ASSERT_NEAR(cosine(x), std::cos(x), 1e-10) << x;
  }
}

TEST(SyntheticArithmetic, PowersOfTwoAgreeWithTheLibrary) {
  for (int i = -6000; i <= 6000; ++i) {
    const double x = i * 0.01;
    ASSERT_NEAR(power_of_two(x) / std::exp2(x), 1, 1e-13) << x;
  }
}

TEST(SyntheticArithmetic, RotationsKeepLengthsAndTurnTheNoseWhereTheySay) {
  const bool kept = rc::check([] {
    const auto angle = [] { return *rc::gen::inRange(-3000, 3000) / 1000.0; };
    const Rotation r = Rotation::from_angles(angle(), angle(), angle());
    const Vector3 v{1, 2, 3};
    RC_ASSERT(std::fabs(dot(r(v), r(v)) - dot(v, v)) < 1e-9);
    RC_ASSERT(std::fabs(dot(r({1, 0, 0}), r({0, 1, 0}))) < 1e-9);
  });
  EXPECT_TRUE(kept);
  const Vector3 nose{0, 0, 1};
  EXPECT_GT(Rotation::from_angles(0.3, 0, 0)(nose).x, 0.2);
  EXPECT_LT(Rotation::from_angles(0, 0.3, 0)(nose).y, -0.2);
  EXPECT_GT(Rotation::from_angles(0, 0, 0.3)(Vector3{0, 1, 0}).x, 0.2);
}

TEST(SyntheticArithmetic, RandomNumbersHaveTheStatedMoments) {
  const RandomStream stream(42);
  constexpr int n = 200000;
  double sum = 0;
  double squares = 0;
  double uniform = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const double g = stream.gaussian(i);
    sum += g;
    squares += g * g;
    uniform += stream.uniform(i);
  }
  EXPECT_NEAR(sum / n, 0, 0.01);
  EXPECT_NEAR(squares / n, 1, 0.01);
  EXPECT_NEAR(uniform / n, 0.5, 0.003);
}

TEST(SyntheticArithmetic, RandomNumbersArePinnedDown) {
  EXPECT_EQ(key_of("talk"), key_of("talk"));
  EXPECT_NE(key_of("talk"), key_of("tail"));
  EXPECT_EQ(mix_bits(1), 0x5692161d100b05e5U);
}

}  // namespace
}  // namespace ffbench::synthetic
