#include "stability/extrapolation.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace ffbench::stability {
namespace {

std::vector<double> trusted(std::size_t count) {
  return std::vector<double>(count, 1.0);
}

TEST(Extrapolation, AnEvenMotionGoesOn) {
  const std::vector<double> series{1, 3, 5, 7, 9, 11};
  EXPECT_EQ(gone_on(series, trusted(6), 3), (std::vector<double>{13, 15, 17}));
}

TEST(Extrapolation, AnAccelerationGoesOnForThreeValues) {
  const std::vector<double> series{0, 1, 4, 9, 16, 25};
  const std::vector<double> after = gone_on(series, trusted(6), 5);
  const std::vector<double> expected{36, 49, 64, 79, 94};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(after[i], expected[i], 1e-9) << i;
  }
}

TEST(Extrapolation, AStepThatIsNotTrustedHasNoSay) {
  const std::vector<double> series{0, 1, 2, 3, 4, 9};
  const std::vector<double> trust{1, 1, 1, 1, 1, 0};
  EXPECT_GT(gone_on(series, trusted(6), 1)[0], 12);
  EXPECT_NEAR(gone_on(series, trust, 1)[0], 10, 0.1);
}

TEST(Extrapolation, OfOneValueNothingIsKnownButItself) {
  EXPECT_EQ(gone_on({5}, {1}, 2), (std::vector<double>{5, 5}));
  EXPECT_TRUE(gone_on({5, 6}, {1, 1}, 0).empty());
}

}  // namespace
}  // namespace ffbench::stability
