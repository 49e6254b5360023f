#include "core/numeric/median.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "core/numeric/percentile.hpp"

namespace ffbench {
namespace {

TEST(Median, IsTheMiddleOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 2, 10}), 3);
  EXPECT_EQ(median({}), 0);
}

TEST(Median, TheUpperOneIsAlwaysAValue) {
  EXPECT_EQ(upper_median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(upper_median(std::vector<double>{4, 1, 2, 10}), 4);
  EXPECT_EQ(upper_median({}), 0);
}

TEST(Percentile, IsTheSmallestValueThatTheShareDoesNotExceed) {
  const std::vector<double> values{40, 10, 30, 20};
  EXPECT_EQ(percentile(values, 0), 10);
  EXPECT_EQ(percentile(values, 0.25), 10);
  EXPECT_EQ(percentile(values, 0.26), 20);
  EXPECT_EQ(percentile(values, 0.95), 40);
  EXPECT_EQ(percentile(values, 1), 40);
  EXPECT_EQ(percentile({}, 0.5), 0);
}

}  // namespace
}  // namespace ffbench
