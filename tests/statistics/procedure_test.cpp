#include "harness/statistics/procedure.hpp"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/error.hpp"
#include "harness/statistics/interleaving.hpp"

namespace ffbench::statistics {
namespace {

/// Pairs about a slow-down, spread evenly by +- `spread`.
std::vector<double> pairs_about(double slowdown, double spread, int count) {
  std::vector<double> pairs;
  for (int i = 0; i < count; ++i) {
    pairs.push_back(std::log1p(slowdown) + spread * ((i * 7) % 16 - 7.5) / 7.5);
  }
  return pairs;
}

TEST(Procedure, DecidesAtTheFirstLookThatCan) {
  EXPECT_EQ(decide(pairs_about(0, 0.005, 16), 0, {}).verdict, Verdict::pass);
  EXPECT_EQ(decide(pairs_about(0.05, 0.005, 16), 0, {}).verdict, Verdict::fail);
  const Decision early = decide(pairs_about(0, 0.005, 64), 0, {});
  EXPECT_EQ(early.at.pairs, 16) << "later pairs change nothing once a look has decided";
}

TEST(Procedure, IsUndecidedBetweenLooks) {
  EXPECT_EQ(decide(pairs_about(0, 0.001, 15), 0, {}).verdict, Verdict::undecided);
  EXPECT_EQ(decide(pairs_about(0.02, 0.09, 32), 0, {}).verdict, Verdict::undecided);
  EXPECT_EQ(decide(pairs_about(0.02, 0.09, 63), 0, {}).verdict, Verdict::undecided);
  EXPECT_EQ(decide({}, 0, {}).verdict, Verdict::undecided);
}

TEST(Procedure, IsInconclusiveAfterTheLastLookAndSaysWhatItCouldHaveFound) {
  const Decision decision = decide(pairs_about(0.02, 0.09, 64), 0, {});
  EXPECT_EQ(decision.verdict, Verdict::inconclusive);
  // sigma of evenly spread pairs: 0.09 * sqrt((16^2 - 1) / 12) / 7.5 * sqrt(64 / 63).
  const double sigma = 0.09 * std::sqrt(255.0 / 12) / 7.5 * std::sqrt(64.0 / 63);
  EXPECT_NEAR(decision.at.sigma, sigma, 1e-12);
  EXPECT_NEAR(decision.at.detectable, std::log(1.01) + (2.9351995 + 1.2815516) * 1.02 * sigma / 8, 1e-7);
}

TEST(Procedure, IsInvalidWhereMoreThanATenthIsVoided) {
  EXPECT_EQ(decide(pairs_about(0, 0.005, 16), 1, {}).verdict, Verdict::pass);
  EXPECT_EQ(decide(pairs_about(0, 0.005, 16), 2, {}).verdict, Verdict::invalid);
  EXPECT_EQ(decide(pairs_about(0, 0.005, 3), 8, {}).verdict, Verdict::invalid) << "64 more would not help";
  EXPECT_EQ(decide(pairs_about(0, 0.005, 3), 7, {}).verdict, Verdict::undecided);
}

TEST(Procedure, NeedsMorePairsInALargeFamily) {
  Procedure procedure;
  EXPECT_EQ(largest_family(procedure), 109);
  procedure.family = 109;
  EXPECT_TRUE(estimate(pairs_about(0, 0.01, 16), procedure).lower);
  procedure.family = 110;
  EXPECT_FALSE(estimate(pairs_about(0, 0.01, 16), procedure).lower);
  EXPECT_TRUE(estimate(pairs_about(0, 0.01, 32), procedure).lower);
}

TEST(Procedure, LooksFirstWhereAFigureOfTheFamilyCanFail) {
  Procedure procedure;
  for (const auto& [family, look] :
       std::vector<std::pair<int, int>>{{1, 16}, {109, 16}, {110, 32}, {7'158'278, 32}, {7'158'279, 64}}) {
    procedure.family = family;
    EXPECT_EQ(first_useful_look(procedure), look) << family;
  }
  procedure.family = 110;
  EXPECT_EQ(decide(pairs_about(0, 0.001, 31), 0, procedure).verdict, Verdict::undecided);
  const Decision pass = decide(pairs_about(0, 0.001, 32), 0, procedure);
  EXPECT_EQ(pass.verdict, Verdict::pass);
  EXPECT_EQ(pass.at.pairs, 32);
  EXPECT_EQ(decide(pairs_about(0.05, 0.001, 31), 0, procedure).verdict, Verdict::undecided);
  EXPECT_EQ(decide(pairs_about(0.05, 0.001, 32), 0, procedure).verdict, Verdict::fail);
}

TEST(StandardDeviation, DividesByOneLessThanTheNumber) {
  EXPECT_EQ(standard_deviation({}), 0);
  EXPECT_EQ(standard_deviation(std::vector<double>{3}), 0);
  EXPECT_DOUBLE_EQ(standard_deviation(std::vector<double>{1, 2, 3, 4}), std::sqrt(5.0 / 3));
}

TEST(Procedure, RefusesTimesThatAreNone) {
  std::vector<double> pairs = pairs_about(0, 0.01, 16);
  pairs[3] = std::log(0.0);
  EXPECT_THROW(decide(pairs, 0, {}), Error);
}

RC_GTEST_PROP(Procedure, ShiftsItsBoundsWithTheHead, ()) {
  const auto noise = *rc::gen::container<std::vector<int>>(
      static_cast<std::size_t>(*rc::gen::inRange(16, 65)), rc::gen::inRange(-1000, 1000));
  std::vector<double> differences;
  for (const int value : noise) {
    differences.push_back(value * 1e-5);
  }
  std::vector<double> slower = differences;
  for (double& value : slower) {
    value += 0.01;
  }
  const Estimate one = estimate(differences, {});
  const Estimate other = estimate(slower, {});
  RC_ASSERT(std::abs(other.centre - one.centre - 0.01) < 1e-12);
  RC_ASSERT(std::abs(*other.lower - *one.lower - 0.01) < 1e-12);
}

TEST(Interleaving, TossesAFairCoinThatDependsOnSeedKeyAndNumber) {
  int base_first = 0;
  for (int quad = 0; quad < 10'000; ++quad) {
    const Quad order = quad_order(1, "talk enhanced/cpu", quad);
    base_first += order[0] == Arm::base ? 1 : 0;
    ASSERT_EQ(order[0], order[3]);
    ASSERT_EQ(order[1], order[2]);
    ASSERT_NE(order[0], order[1]);
  }
  EXPECT_NEAR(base_first, 5000, 200);
  const auto orders = [](std::uint64_t seed, const char* key) {
    std::vector<Arm> first;
    for (int quad = 0; quad < 64; ++quad) {
      first.push_back(quad_order(seed, key, quad)[0]);
    }
    return first;
  };
  EXPECT_EQ(orders(1, "a"), orders(1, "a"));
  EXPECT_NE(orders(1, "a"), orders(2, "a"));
  EXPECT_NE(orders(1, "a"), orders(1, "b"));
}

TEST(Interleaving, TossesACoinOfItsOwnForEveryQuad) {
  std::string first;
  for (int quad = 0; quad < 32; ++quad) {
    first += quad_order(1, "talk enhanced/cpu", quad)[0] == Arm::base ? 'A' : 'B';
  }
  EXPECT_EQ(first, "AAABBABBBABABABBBAABBBABABAABBAB");
  for (int lag = 1; lag <= 8; ++lag) {
    int equal = 0;
    for (int quad = 0; quad < 10'000; ++quad) {
      equal += quad_order(1, "talk enhanced/cpu", quad) == quad_order(1, "talk enhanced/cpu", quad + lag);
    }
    EXPECT_NEAR(equal, 5000, 200) << "quads that are " << lag << " apart";
  }
}

}  // namespace
}  // namespace ffbench::statistics
