#include "harness/statistics/change_points.hpp"

#include <gtest/gtest.h>

namespace ffbench::statistics {
namespace {

/// Levels of 20 values each, spread by +-0.005.
std::vector<double> levels(const std::vector<double>& medians) {
  std::vector<double> series;
  for (const double median : medians) {
    for (int i = 0; i < 20; ++i) {
      series.push_back(median + 0.005 * ((i * 7) % 11 - 5) / 5.0);
    }
  }
  return series;
}

TEST(ChangePoints, AreFoundWhereTheLevelShifts) {
  const auto found = change_points(levels({1.0, 1.1, 1.05}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].index, 20);
  EXPECT_EQ(found[1].index, 40);
  EXPECT_NEAR(found[0].before, 1.0, 0.002);
  EXPECT_NEAR(found[1].after, 1.05, 0.002);
}

TEST(ChangePoints, AreNotFoundInNoiseOrInShiftsTooSmallToMatter) {
  EXPECT_TRUE(change_points(levels({1.0})).empty());
  EXPECT_TRUE(change_points(levels({1.0, 1.015})).empty());
  EXPECT_TRUE(change_points({}).empty());
  EXPECT_TRUE(change_points(std::vector<double>{1, 2, 3}).empty());
}

}  // namespace
}  // namespace ffbench::statistics
