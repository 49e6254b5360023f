#include "harness/statistics/change_points.hpp"

#include <algorithm>
#include <cmath>

#include "core/numeric/median.hpp"
#include "harness/statistics/signed_rank.hpp"

namespace ffbench::statistics {
namespace {

/// |z| of the Mann-Whitney statistic of the first `split` values against the others.
double separation(std::span<const double> values, std::size_t split) {
  double wins = 0;
  for (const double before : values.first(split)) {
    for (const double after : values.subspan(split)) {
      wins += before < after ? 1 : before == after ? 0.5 : 0;
    }
  }
  const auto m = static_cast<double>(split);
  const auto n = static_cast<double>(values.size() - split);
  return std::abs(wins - m * n / 2) / std::sqrt(m * n * (m + n + 1) / 12);
}

void segment(std::span<const double> values, int offset, const ChangePointOptions& options,
             std::vector<ChangePoint>& found) {
  const auto least = static_cast<std::size_t>(std::max(options.least_length, 1));
  if (values.size() < 2 * least) {
    return;
  }
  std::size_t best = least;
  for (std::size_t split = least; split + least <= values.size(); ++split) {
    if (separation(values, split) > separation(values, best)) {
      best = split;
    }
  }
  const auto splits = static_cast<double>(values.size() - 2 * least + 1);
  const double before = median(values.first(best));
  const double after = median(values.subspan(best));
  if (separation(values, best) < normal_quantile(1 - options.alpha / (2 * splits)) ||
      std::abs(after - before) < options.least_shift) {
    return;
  }
  segment(values.first(best), offset, options, found);
  found.push_back({offset + static_cast<int>(best), before, after});
  segment(values.subspan(best), offset + static_cast<int>(best), options, found);
}

}  // namespace

std::vector<ChangePoint> change_points(std::span<const double> series, const ChangePointOptions& options) {
  std::vector<ChangePoint> found;
  segment(series, 0, options, found);
  return found;
}

}  // namespace ffbench::statistics
