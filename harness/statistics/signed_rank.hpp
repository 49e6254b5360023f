#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ffbench::statistics {

/// The exact null distribution of Wilcoxon's signed-rank statistic W of n pairs without ties: the
/// sum of the ranks of the positive differences, each rank in it with probability 1/2 (Hollander,
/// Wolfe, Chicken: Nonparametric Statistical Methods, 3rd edition, section 3.1). Made by dynamic
/// programming over the ranks.
class SignedRankDistribution {
 public:
  /// 1 <= pairs <= 1000; throws `Error` outside.
  explicit SignedRankDistribution(int pairs);

  [[nodiscard]] int pairs() const { return pairs_; }
  /// The number of Walsh averages, pairs * (pairs + 1) / 2.
  [[nodiscard]] int largest() const { return static_cast<int>(cumulative_.size()) - 1; }
  /// P(W <= w).
  [[nodiscard]] double cumulative(int w) const;
  /// The largest k with P(W <= k - 1) <= alpha: the k-th smallest Walsh average is a lower
  /// confidence bound of the centre of symmetry that is too high with probability at most alpha,
  /// the k-th largest an upper one. 0 where so few pairs give no bound at that alpha.
  [[nodiscard]] int bound_rank(double alpha) const;

 private:
  int pairs_;
  std::vector<double> cumulative_;
};

/// The Walsh averages (d_i + d_j) / 2 over i <= j, in no particular order.
std::vector<double> walsh_averages(std::span<const double> differences);

/// The Hodges-Lehmann estimate: the median of the Walsh averages. `averages` is reordered; not
/// empty.
double hodges_lehmann(std::span<double> averages);

/// The k-th smallest (from 1) of `averages`, which is reordered.
double kth_smallest(std::span<double> averages, int k);

/// The quantile of the standard normal distribution, 0 < p < 1, to 1e-9 (bisection of erfc).
double normal_quantile(double p);

}  // namespace ffbench::statistics
