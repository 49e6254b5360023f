#include "harness/statistics/signed_rank.hpp"

#include <array>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/error.hpp"
#include "harness/statistics/interleaving.hpp"
#include "harness/statistics/procedure.hpp"

namespace ffbench::statistics {
namespace {

// Critical values of the signed-rank test: the largest w with P(W <= w) <= 0.025 and <= 0.005,
// exact, as in the published tables (McCornack 1965; Zar, Biostatistical Analysis, table B.12).
struct Critical {
  int pairs;
  int at_025;
  int at_005;
};
constexpr std::array<Critical, 15> critical_values{{{8, 3, 0},
                                                    {9, 5, 1},
                                                    {10, 8, 3},
                                                    {11, 10, 5},
                                                    {12, 13, 7},
                                                    {13, 17, 9},
                                                    {14, 21, 12},
                                                    {15, 25, 15},
                                                    {16, 29, 19},
                                                    {17, 34, 23},
                                                    {18, 40, 27},
                                                    {19, 46, 32},
                                                    {20, 52, 37},
                                                    {25, 89, 68},
                                                    {30, 137, 109}}};

TEST(SignedRankDistribution, HasThePublishedCriticalValues) {
  for (const Critical& row : critical_values) {
    const SignedRankDistribution distribution(row.pairs);
    EXPECT_EQ(distribution.bound_rank(0.025) - 1, row.at_025) << row.pairs;
    EXPECT_EQ(distribution.bound_rank(0.005) - 1, row.at_005) << row.pairs;
  }
}

TEST(SignedRankDistribution, CountsSubsetsOfRanks) {
  // W of 3 pairs: 0, 1, 2, 3 (twice), 4, 5, 6, of 8.
  const SignedRankDistribution distribution(3);
  EXPECT_EQ(distribution.cumulative(-1), 0);
  EXPECT_EQ(distribution.cumulative(0), 1.0 / 8);
  EXPECT_EQ(distribution.cumulative(2), 3.0 / 8);
  EXPECT_EQ(distribution.cumulative(3), 5.0 / 8);
  EXPECT_EQ(distribution.cumulative(6), 1);
  EXPECT_EQ(distribution.bound_rank(0.1), 0) << "2^-3 is the smallest probability of three pairs";
  EXPECT_EQ(distribution.bound_rank(0.125), 1);
}

RC_GTEST_PROP(SignedRankDistribution, IsSymmetricAboutItsMiddle, ()) {
  const SignedRankDistribution distribution(*rc::gen::inRange(1, 65));
  const int w = *rc::gen::inRange(0, distribution.largest() + 1);
  const double mirrored = 1 - distribution.cumulative(distribution.largest() - w - 1);
  RC_ASSERT(std::abs(distribution.cumulative(w) - mirrored) < 1e-12);
}

TEST(SignedRankDistribution, RefusesNoPairs) {
  EXPECT_THROW(SignedRankDistribution(0), Error);
}

// Hamilton's depression scores of nine patients, first minus second visit (Hollander and Wolfe,
// example 3.1): the estimate is 0.46 and the 96.1 % interval 0.010 to 0.786.
constexpr std::array<double, 9> depression{0.952, -0.147, 1.022, 0.430, 0.620, 0.590, 0.490, -0.080, 0.010};

TEST(Walsh, GivesThePublishedEstimateAndInterval) {
  std::vector<double> averages = walsh_averages(depression);
  ASSERT_EQ(averages.size(), 45U);
  EXPECT_NEAR(hodges_lehmann(averages), 0.46, 1e-12);
  const SignedRankDistribution distribution(9);
  const int rank = distribution.bound_rank((1 - 0.961) / 2 + 1e-4);
  EXPECT_EQ(rank, 6);
  EXPECT_NEAR(kth_smallest(averages, rank), 0.010, 1e-12);
  EXPECT_NEAR(kth_smallest(averages, 46 - rank), 0.786, 1e-12);
}

// R 4.2.2: qsignrank and psignrank, and wilcox.test(d, conf.int = TRUE, conf.level = 1 - 2 * alpha,
// exact = TRUE).
struct FromR {
  int pairs;
  std::array<int, 3> ranks;  ///< at 0.005 / 3, 0.005 / 15 and 0.05 / 3
  double centre;
  double lower;  ///< at 0.005 / 3
  double upper;  ///< at 0.05 / 3
};
constexpr std::array<FromR, 3> from_r{{{16, {14, 8, 27}, 0.00351155, -0.02348675, 0.02201360},
                                       {32, {111, 90, 151}, 0.00655415, -0.01043435, 0.01853650},
                                       {64, {607, 542, 723}, 0.00576145, -0.00617470, 0.01423400}}};

TEST(SignedRankBounds, AreThoseOfR) {
  EXPECT_NEAR(SignedRankDistribution(16).cumulative(10), 0.00065612792968750022, 1e-16);
  EXPECT_NEAR(SignedRankDistribution(32).cumulative(100) / 7.7398493885993968e-04, 1, 1e-12);
  EXPECT_NEAR(SignedRankDistribution(64).cumulative(100) / 2.8422262373512026e-13, 1, 1e-12);
  for (const FromR& expected : from_r) {
    SCOPED_TRACE(expected.pairs);
    const SignedRankDistribution distribution(expected.pairs);
    EXPECT_EQ(distribution.bound_rank(0.005 / 3), expected.ranks[0]);
    EXPECT_EQ(distribution.bound_rank(0.005 / 15), expected.ranks[1]);
    EXPECT_EQ(distribution.bound_rank(0.05 / 3), expected.ranks[2]);
    std::vector<double> differences;
    for (int i = 1; i <= expected.pairs; ++i) {
      differences.push_back(((i * 37) % 101 - 45) / 1000.0 + i * i * 1e-7);
    }
    const Estimate got = estimate(differences, Procedure{});
    EXPECT_NEAR(got.centre, expected.centre, 1e-9);
    ASSERT_TRUE(got.lower && got.upper);
    EXPECT_NEAR(*got.lower, expected.lower, 1e-9);
    EXPECT_NEAR(*got.upper, expected.upper, 1e-9);
  }
}

TEST(NormalQuantile, HasKnownValues) {
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-9);
  EXPECT_NEAR(normal_quantile(0.9), 1.2815515655446004, 1e-9);
  EXPECT_NEAR(normal_quantile(1 - 0.005 / 3), 2.9351994688666988, 1e-9);
}

}  // namespace
}  // namespace ffbench::statistics
