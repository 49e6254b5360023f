#include "harness/compare/noise_floor.hpp"

#include <cmath>

#include "core/numeric/percentile.hpp"

namespace ffbench::compare {

SessionsOfIdenticalCode judge_identical_code(const std::vector<std::map<int, Pair>>& sessions,
                                             const Figure& figure, const statistics::Procedure& procedure) {
  SessionsOfIdenticalCode result;
  NoiseFloor& floor = result.floor;
  std::vector<double> all;
  std::vector<double> deviations;
  for (const std::map<int, Pair>& pairs : sessions) {
    std::vector<double> differences;
    for (const auto& [number, pair] : pairs) {
      if (pair.voided().empty()) {
        differences.push_back(pair.log_ratio(figure));
      }
    }
    const auto voided = static_cast<int>(pairs.size() - differences.size());
    const statistics::Decision decision = statistics::decide(differences, voided, procedure);
    result.verdicts.emplace_back(statistics::name_of(decision.verdict));
    floor.alarms += decision.verdict == statistics::Verdict::fail ? 1 : 0;
    if (decision.verdict != statistics::Verdict::fail && decision.verdict != statistics::Verdict::pass) {
      ++floor.inconclusive;
    }
    if (differences.empty()) {
      continue;
    }
    ++floor.sessions;
    result.ratios.push_back(std::exp(decision.at.centre));
    deviations.push_back(std::abs(result.ratios.back() - 1));
    all.insert(all.end(), differences.begin(), differences.end());
  }
  floor.pairs = static_cast<int>(all.size());
  floor.sigma = statistics::standard_deviation(all);
  floor.largest = deviations.empty() ? 0 : percentile(deviations, 0.99);
  return result;
}

}  // namespace ffbench::compare
