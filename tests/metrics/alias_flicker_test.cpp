#include "harness/metrics/alias_flicker.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace ffbench::metrics {

TEST(AliasFlicker, OfACropThatDoesNotChangeIsTheCeiling) {
  const std::vector<double> scales{0.5, 2};
  const auto figures = alias_flicker(scales, 8, [](double, Point, FloatBgrView crop) {
    for (int y = 0; y < crop.height; ++y) {
      std::fill_n(crop.row(y), 3 * crop.width, static_cast<float>(10 * y));
    }
  });
  ASSERT_EQ(figures.size(), 2U);
  EXPECT_EQ(figures[1].scale, 2);
  EXPECT_DOUBLE_EQ(figures[0].db, 100);
}

TEST(AliasFlicker, IsThatOfTheVarianceOverTheDrift) {
  // Half of the steps show 100, half 102: variance 1 level squared. Only every second row does at
  // scale 4.
  const std::vector<double> scales{1, 4};
  const auto figures = alias_flicker(scales, 8, [](double scale, Point shift, FloatBgrView crop) {
    for (int y = 0; y < crop.height; ++y) {
      const bool moves = scale < 2 || y % 2 == 0;
      std::fill_n(crop.row(y), 3 * crop.width, moves && shift.x < 0.5 ? 100.0F : 102.0F);
    }
  });
  EXPECT_NEAR(figures[0].db, 45.1204895320629, 1e-9);  // 10 log10(255^2 / 2)
  EXPECT_NEAR(figures[1].db, 45.1204895320629 + 3.0103, 1e-4);
}

TEST(AliasFlicker, VisitsEverySixteenthOfAPixelInBothDirections) {
  std::set<double> x;
  std::set<double> y;
  for (int step = 0; step < alias_steps; ++step) {
    x.insert(alias_shift(step).x);
    y.insert(alias_shift(step).y);
  }
  EXPECT_EQ(x.size(), 16U);
  EXPECT_EQ(y.size(), 16U);
  EXPECT_EQ(*y.rbegin(), 15.0 / 16);
  EXPECT_EQ(alias_shift(7), (Point{7.0 / 16, 3.0 / 16}));
}

TEST(AliasFlicker, RefusesAnEmptyCrop) {
  EXPECT_THROW(alias_flicker({}, 0, [](double, Point, FloatBgrView) {}), Error);
}

}  // namespace ffbench::metrics
