#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/compare/pair_store.hpp"
#include "harness/statistics/procedure.hpp"

namespace ffbench::compare {

/// What comparing a program with itself showed, for one machine, suite, fixture, pipeline, number
/// of threads and figure.
struct NoiseFloor {
  int sessions = 0;      ///< with pairs that count
  int alarms = 0;        ///< sessions that said FAIL
  int inconclusive = 0;  ///< sessions that said INCONCLUSIVE or INVALID
  double sigma = 0;      ///< standard deviation of ln(head / base) of a pair, over all sessions
  double largest = 0;    ///< 99th percentile (nearest rank) of |ratio - 1| over the sessions
  int pairs = 0;         ///< that count
  std::string date;

  /// Identical code looked slower than the tolerance: times of this machine may not gate.
  [[nodiscard]] bool too_noisy(double tolerance) const { return alarms > 0 || largest > tolerance; }
};

/// The noise floor that sessions of identical code show, and what each of them said.
struct SessionsOfIdenticalCode {
  NoiseFloor floor;
  std::vector<std::string> verdicts;  ///< by session
  std::vector<double> ratios;         ///< of the sessions with pairs that count
};

/// A pure function of the stored pairs of one combination, by session. Where every pair was voided,
/// the floor has no pairs and says nothing of the machine.
SessionsOfIdenticalCode judge_identical_code(const std::vector<std::map<int, Pair>>& sessions,
                                             const Figure& figure, const statistics::Procedure& procedure);

}  // namespace ffbench::compare
