#include "harness/metrics/delta.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace ffbench::metrics {
namespace {

/// 149 values (151 frames at stride 2) that alternate between +0.1 and -0.1.
std::vector<double> calm() {
  std::vector<double> series;
  series.reserve(149);
  for (int i = 0; i < 149; ++i) {
    series.push_back(i % 2 == 0 ? 0.1 : -0.1);
  }
  return series;
}

const std::vector<double> zeros(149, 0.0);

}  // namespace

TEST(MedianAbsoluteDeviation, IsNotScaled) {
  // 1 1 2 2 4 6 9: median 2, distances 1 1 0 0 2 4 7.
  EXPECT_EQ(median_absolute_deviation(std::vector<double>{1, 1, 2, 2, 4, 6, 9}), 1);
}

TEST(Delta, IsCandidateMinusBase) {
  const DeltaFigures figures = delta(std::vector<double>{22, 23, 20}, std::vector<double>{21, 23, 24}, 2, 5);
  EXPECT_EQ(figures.series, (std::vector<double>{1, 0, -4}));
  EXPECT_DOUBLE_EQ(figures.mean, -1);
  EXPECT_DOUBLE_EQ(figures.min, -4);
  EXPECT_DOUBLE_EQ(figures.tail_mean, -1);
}

TEST(Delta, FindsTheSpikeInTheTail) {
  std::vector<double> candidate = calm();
  candidate[140] = -7.13;
  const DeltaFigures figures = delta(candidate, zeros, 2, 151);
  ASSERT_EQ(figures.outliers.size(), 1U);
  EXPECT_EQ(figures.outliers[0].frame, 142);
  EXPECT_DOUBLE_EQ(figures.outliers[0].value, -7.13);
  EXPECT_TRUE(figures.outliers[0].tail);
}

TEST(Delta, TellsSpikesBeforeTheTailApart) {
  std::vector<double> candidate = calm();
  candidate[118] = -5;  // ends at frame 120, the 31st from the end
  candidate[119] = -5;  // ends at frame 121, the 30th from the end
  const DeltaFigures figures = delta(candidate, zeros, 2, 151);
  ASSERT_EQ(figures.outliers.size(), 2U);
  EXPECT_FALSE(figures.outliers[0].tail);
  EXPECT_TRUE(figures.outliers[1].tail);
}

TEST(Delta, DoesNotCallSmallDipsOutliersHoweverCalmTheClip) {
  std::vector<double> candidate = calm();
  candidate[70] = -1.0;  // far from the others, but not below -1 dB
  EXPECT_TRUE(delta(candidate, zeros, 2, 151).outliers.empty());
  candidate[70] = -1.01;
  EXPECT_EQ(delta(candidate, zeros, 2, 151).outliers.size(), 1U);
}

TEST(Delta, DoesNotCallDipsOutliersWhereTheClipIsAsRough) {
  std::vector<double> candidate = calm();
  for (double& value : candidate) {
    value *= 10;
  }
  // 74 values of +1, 74 of about -1 and a 0: median 0, MAD 1, so the limit is -3 * 1.4826 =
  // -4.4478.
  candidate[70] = 0;
  candidate[11] = -4.4;
  EXPECT_TRUE(delta(candidate, zeros, 2, 151).outliers.empty());
  candidate[11] = -4.5;
  EXPECT_EQ(delta(candidate, zeros, 2, 151).outliers.size(), 1U);
}

TEST(Delta, LeavesPositiveSpikesAlone) {
  std::vector<double> candidate = calm();
  candidate[70] = 20;
  EXPECT_TRUE(delta(candidate, zeros, 2, 151).outliers.empty());
}

TEST(Delta, OfNothingIsNothing) {
  const DeltaFigures figures = delta({}, {}, 2, 2);
  EXPECT_TRUE(figures.series.empty());
  EXPECT_EQ(figures.mean, 0);
}

TEST(Delta, RefusesSeriesOfDifferentClips) {
  EXPECT_THROW(delta(std::vector<double>{1, 2}, std::vector<double>{1}, 2, 4), Error);
}

}  // namespace ffbench::metrics
