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

/// `before` values of 1 and `after` values of 1.1.
std::vector<double> step(int before, int after) {
  std::vector<double> series(static_cast<std::size_t>(before), 1);
  series.resize(static_cast<std::size_t>(before + after), 1.1);
  return series;
}

// Two levels of 8 values: z = 32 / sqrt(64 * 17 / 12) = 3.361. The two-sided quantile at alpha =
// 0.001 is 3.291 for one split and 3.866 for the 9 splits that there are.
TEST(ChangePoints, AreCorrectedForTheNumberOfSplits) {
  EXPECT_TRUE(change_points(step(8, 8)).empty());
  ChangePointOptions one_split;
  one_split.least_length = 8;
  ASSERT_EQ(change_points(step(8, 8), one_split).size(), 1U);
  EXPECT_EQ(change_points(step(8, 8), one_split).front().index, 8);
}

// z = 200 / sqrt(400 * 51 / 12) = 4.851 at the outermost splits of 50 values; the quantile for 31
// splits is 4.154.
TEST(ChangePoints, AreFoundAtTheFirstSplitAndAtTheLast) {
  ChangePointOptions options;
  options.least_length = 10;
  for (const int at : {10, 40}) {
    const auto found = change_points(step(at, 50 - at), options);
    ASSERT_EQ(found.size(), 1U) << at;
    EXPECT_EQ(found.front().index, at);
    EXPECT_NEAR(found.front().before, 1, 1e-4);
    EXPECT_NEAR(found.front().after, 1.1, 1e-4);
  }
}

}  // namespace
}  // namespace ffbench::statistics
