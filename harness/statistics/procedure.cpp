#include "harness/statistics/procedure.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>

#include "core/error.hpp"
#include "harness/statistics/signed_rank.hpp"

namespace ffbench::statistics {
namespace {

/// The distributions of the sizes needed so far; each is made once.
const SignedRankDistribution& distribution_of(int pairs) {
  static std::mutex mutex;
  static std::map<int, SignedRankDistribution> made;
  const std::scoped_lock lock(mutex);
  return made.try_emplace(pairs, pairs).first->second;
}

double alpha_of_one_look(const Procedure& procedure) {
  return procedure.alpha / (static_cast<double>(procedure.looks.size()) * procedure.family);
}

}  // namespace

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) {
    return 0;
  }
  double mean = 0;
  for (const double value : values) {
    mean += value;
  }
  mean /= static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

int largest_family(const Procedure& procedure) {
  // The smallest probability that n pairs can reach is that of W = 0, 2^-n.
  return static_cast<int>(std::floor(procedure.alpha / static_cast<double>(procedure.looks.size()) *
                                     std::exp2(procedure.looks.front())));
}

int first_useful_look(const Procedure& procedure) {
  const auto* const first = std::ranges::find_if(
      procedure.looks, [&](int look) { return std::exp2(-look) <= alpha_of_one_look(procedure); });
  return first == procedure.looks.end() ? procedure.looks.back() : *first;
}

Estimate estimate(std::span<const double> differences, const Procedure& procedure) {
  if (differences.empty()) {
    fail("no pair was measured: there is nothing to estimate from");
  }
  for (const double difference : differences) {
    if (!std::isfinite(difference)) {
      fail("a pair's log ratio is not finite: a time was zero, negative or missing");
    }
  }
  Estimate result;
  result.pairs = static_cast<int>(differences.size());
  std::vector<double> averages = walsh_averages(differences);
  const SignedRankDistribution& distribution = distribution_of(result.pairs);
  const double alpha = alpha_of_one_look(procedure);
  if (const int rank = distribution.bound_rank(alpha); rank > 0) {
    result.lower = kth_smallest(averages, rank);
  }
  const double beta = procedure.beta / static_cast<double>(procedure.looks.size());
  if (const int rank = distribution.bound_rank(beta); rank > 0) {
    result.upper = kth_smallest(averages, static_cast<int>(averages.size()) + 1 - rank);
  }
  result.centre = hodges_lehmann(averages);
  result.sigma = standard_deviation(differences);
  constexpr double power = 0.9;
  // sqrt(pi / 3): the signed-rank procedure's cost against the mean where differences are normal.
  constexpr double efficiency = 1.02;
  result.detectable =
      std::log1p(procedure.tolerance) + (normal_quantile(1 - alpha) + normal_quantile(power)) * efficiency *
                                            result.sigma / std::sqrt(static_cast<double>(result.pairs));
  return result;
}

Decision decide(std::span<const double> differences, int voided, const Procedure& procedure) {
  const auto measured = static_cast<double>(differences.size()) + voided;
  const auto planned = static_cast<double>(procedure.looks.back()) + voided;
  Decision decision;
  for (const int look : procedure.looks) {
    if (differences.size() < static_cast<std::size_t>(look)) {
      break;
    }
    if (look < first_useful_look(procedure)) {
      continue;
    }
    decision.at = estimate(differences.first(static_cast<std::size_t>(look)), procedure);
    if (decision.at.lower && *decision.at.lower > std::log1p(procedure.tolerance)) {
      decision.verdict = Verdict::fail;
    } else if (decision.at.upper && *decision.at.upper < std::log1p(procedure.target)) {
      decision.verdict = Verdict::pass;
    } else if (look == procedure.looks.back()) {
      decision.verdict = Verdict::inconclusive;
    }
    if (decision.verdict != Verdict::undecided) {
      break;
    }
  }
  if (decision.verdict == Verdict::undecided && !differences.empty()) {
    decision.at = estimate(differences, procedure);
  }
  // Voided pairs count where a verdict is due, and as soon as even 64 valid pairs would be too few
  // beside them.
  const bool due = decision.verdict != Verdict::undecided;
  if (voided > procedure.most_voided * (due ? measured : planned)) {
    decision.verdict = Verdict::invalid;
  }
  return decision;
}

}  // namespace ffbench::statistics
