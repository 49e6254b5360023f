#include "harness/statistics/signed_rank.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.hpp"

namespace ffbench::statistics {

SignedRankDistribution::SignedRankDistribution(int pairs) : pairs_(pairs) {
  if (pairs < 1 || pairs > 1000) {
    fail("signed-rank distribution of {} pairs: give 1 to 1000", pairs);
  }
  const auto count = static_cast<std::size_t>(pairs);
  const std::size_t largest = count * (count + 1) / 2;
  std::vector<double> probability(largest + 1);
  probability[0] = 1;
  std::size_t reached = 0;
  for (std::size_t rank = 1; rank <= count; ++rank) {
    reached += rank;
    for (std::size_t w = reached + 1; w-- > 0;) {
      const double with_rank = w >= rank ? probability[w - rank] : 0;
      probability[w] = (probability[w] + with_rank) / 2;
    }
  }
  cumulative_.resize(largest + 1);
  double sum = 0;
  for (std::size_t w = 0; w <= largest; ++w) {
    sum += probability[w];
    cumulative_[w] = sum;
  }
}

double SignedRankDistribution::cumulative(int w) const {
  return w < 0 ? 0 : w >= largest() ? 1 : cumulative_[static_cast<std::size_t>(w)];
}

int SignedRankDistribution::bound_rank(double alpha) const {
  const auto above = std::upper_bound(cumulative_.begin(), cumulative_.end(), alpha);
  return static_cast<int>(above - cumulative_.begin());
}

std::vector<double> walsh_averages(std::span<const double> differences) {
  std::vector<double> averages;
  averages.reserve(differences.size() * (differences.size() + 1) / 2);
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = i; j < differences.size(); ++j) {
      averages.push_back((differences[i] + differences[j]) / 2);
    }
  }
  return averages;
}

double hodges_lehmann(std::span<double> averages) {
  const auto middle = averages.begin() + static_cast<std::ptrdiff_t>(averages.size() / 2);
  std::nth_element(averages.begin(), middle, averages.end());
  if (averages.size() % 2 == 1) {
    return *middle;
  }
  return (*middle + *std::max_element(averages.begin(), middle)) / 2;
}

double kth_smallest(std::span<double> averages, int k) {
  const auto place = averages.begin() + (k - 1);
  std::nth_element(averages.begin(), place, averages.end());
  return *place;
}

double normal_quantile(double p) {
  double low = -40;
  double high = 40;
  for (int step = 0; step < 80; ++step) {
    const double middle = (low + high) / 2;
    (std::erfc(-middle / std::numbers::sqrt2) / 2 < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace ffbench::statistics
