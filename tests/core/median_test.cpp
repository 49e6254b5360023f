#include "core/numeric/median.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ffbench {
namespace {

TEST(Median, IsTheMiddleOrTheMeanOfTheMiddleTwo) {
  EXPECT_EQ(median(std::vector<double>{3, 1, 2}), 2);
  EXPECT_EQ(median(std::vector<double>{4, 1, 2, 10}), 3);
  EXPECT_EQ(median({}), 0);
}

}  // namespace
}  // namespace ffbench
