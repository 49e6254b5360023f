// How the decision itself is tested: simulated machines on which the truth is known, and wrong
// procedures that must break the limits. Every trial is seeded, so that the counts are the same on
// every machine.

#include <atomic>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/system/parallel.hpp"
#include "harness/statistics/procedure.hpp"
#include "harness/statistics/signed_rank.hpp"
#include "tests/statistics/machine.hpp"

namespace ffbench::statistics {
namespace {

using test::Machine;
using test::Regime;

constexpr int trials = 10'000;
constexpr int most_pairs = 64;

using Differences = std::vector<double>;
using Measure = std::function<Differences(Machine&, double effect, std::uint64_t seed)>;
using Decide = std::function<Verdict(std::span<const double>)>;

Differences interleaved(Machine& machine, double effect, std::uint64_t seed) {
  Differences differences;
  for (int quad = 0; quad < most_pairs / 2; ++quad) {
    const Quad order = quad_order(seed, "fixture enhanced/cpu", quad);
    for (std::size_t pair = 0; pair < 2; ++pair) {
      const bool base_first = order[2 * pair] == Arm::base;
      const double first = machine.run(base_first ? 0 : effect, false);
      const double second = machine.run(base_first ? effect : 0, true);
      differences.push_back(base_first ? second - first : first - second);
    }
  }
  return differences;
}

Verdict by_procedure(std::span<const double> differences) {
  return decide(differences, 0, Procedure{}).verdict;
}

struct Counts {
  int pass = 0;
  int fail = 0;
  int inconclusive = 0;
  double mean_pairs = 0;
};

Counts count(const Regime& regime, double slowdown, const Measure& measure = interleaved,
             const Decide& decision = by_procedure) {
  std::atomic<int> pass = 0;
  std::atomic<int> fail = 0;
  std::atomic<int> inconclusive = 0;
  parallel_for(trials, hardware_threads(), [&](int trial) {
    const auto seed = static_cast<std::uint64_t>(trial);
    Machine machine(regime, seed);
    const Verdict verdict = decision(measure(machine, std::log1p(slowdown), seed));
    ++(verdict == Verdict::pass ? pass : verdict == Verdict::fail ? fail : inconclusive);
  });
  const Counts counts{pass, fail, inconclusive};
  const std::string name = std::string(regime.name) + " " + std::to_string(std::lround(100 * slowdown)) + "%";
  testing::Test::RecordProperty(name, "of " + std::to_string(trials) + ": " + std::to_string(counts.pass) +
                                          " PASS, " + std::to_string(counts.fail) + " FAIL, " +
                                          std::to_string(counts.inconclusive) + " INCONCLUSIVE");
  std::printf("  %s: of %d trials %d PASS, %d FAIL, %d INCONCLUSIVE\n", name.c_str(), trials, counts.pass,
              counts.fail, counts.inconclusive);
  return counts;
}

constexpr int of_trials(double share) {
  return static_cast<int>(share * trials);
}

class Acceptance : public testing::TestWithParam<Regime> {};

TEST_P(Acceptance, NoSlowdownIsNoFailure) {
  EXPECT_LE(count(GetParam(), 0).fail, of_trials(0.005));
}

TEST_P(Acceptance, ExactlyTheToleranceIsNoFailure) {
  EXPECT_LE(count(GetParam(), 0.01).fail, of_trials(0.005));
}

TEST_P(Acceptance, TheTargetIsDetectedAndHardlyEverPassed) {
  const Counts counts = count(GetParam(), 0.03);
  EXPECT_GE(counts.fail, of_trials(0.95));
  EXPECT_LE(counts.pass, of_trials(0.05));
}

INSTANTIATE_TEST_SUITE_P(Regimes, Acceptance, testing::Values(test::quiet, test::plain, test::shared),
                         [](const auto& row) { return std::string(row.param.name); });

double sigma_of(const Regime& regime) {
  double squares = 0;
  constexpr int sessions = 500;
  for (std::uint64_t seed = 0; seed < sessions; ++seed) {
    Machine machine(regime, seed);
    const double sigma = estimate(interleaved(machine, 0, seed), Procedure{}).sigma;
    squares += sigma * sigma / sessions;
  }
  return std::sqrt(squares);
}

TEST(Regimes, AreAsNoisyAsTheyAreSaidToBe) {
  EXPECT_NEAR(sigma_of(test::quiet), 0.007, 0.0005);
  EXPECT_NEAR(sigma_of(test::plain), 0.024, 0.0005);
  EXPECT_NEAR(sigma_of(test::shared), 0.024, 0.001);
}

// The mutants: each is a procedure that people use, and each breaks the limit of false alarms in
// the regime named.

TEST(Mutants, MeasuringOneArmAfterTheOtherRaisesFalseAlarmsUnderARamp) {
  const Measure sequential = [](Machine& machine, double effect, std::uint64_t) {
    Differences differences(most_pairs);
    for (double& difference : differences) {
      difference = -machine.run(0, false);
    }
    for (double& difference : differences) {
      difference += machine.run(effect, false);
    }
    return differences;
  };
  EXPECT_GT(count(test::shared, 0, sequential).fail, of_trials(0.005));
}

TEST(Mutants, AFixedOrderTakesTheSlotForASlowdown) {
  const Measure base_first = [](Machine& machine, double effect, std::uint64_t) {
    Differences differences(most_pairs);
    for (double& difference : differences) {
      const double base = machine.run(0, false);
      difference = machine.run(effect, true) - base;
    }
    return differences;
  };
  EXPECT_GT(count(test::shared, 0.01, base_first).fail, of_trials(0.005));
}

TEST(Mutants, LookingAfterEveryPairRaisesFalseAlarms) {
  // The bound of one look at every number of pairs: as many chances to fail as there are pairs.
  std::vector<int> rank(most_pairs + 1);
  for (int pairs = 1; pairs <= most_pairs; ++pairs) {
    rank[static_cast<std::size_t>(pairs)] = SignedRankDistribution(pairs).bound_rank(0.005 / 3);
  }
  const Decide peeking = [&rank](std::span<const double> differences) {
    for (std::size_t pairs = 10; pairs <= differences.size(); ++pairs) {
      // The k-th smallest average exceeds the tolerance where fewer than k do not.
      const double tolerance = 2 * std::log(1.01);
      int below = 0;
      for (std::size_t i = 0; i < pairs; ++i) {
        for (std::size_t j = i; j < pairs; ++j) {
          below += differences[i] + differences[j] <= tolerance ? 1 : 0;
        }
      }
      if (below < rank[pairs]) {
        return Verdict::fail;
      }
    }
    return Verdict::inconclusive;
  };
  EXPECT_GT(count(test::plain, 0.01, interleaved, peeking).fail, of_trials(0.005));
}

}  // namespace
}  // namespace ffbench::statistics
