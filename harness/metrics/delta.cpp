#include "harness/metrics/delta.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.hpp"
#include "core/numeric/median.hpp"
#include "harness/metrics/tpsnr.hpp"

namespace ffbench::metrics {
namespace {

constexpr double outlier_limit_db = -1.0;
constexpr double outlier_deviations = 3.0;
/// The standard deviation of a normal distribution over its median absolute deviation.
constexpr double deviation_per_mad = 1.4826;

}  // namespace

double median_absolute_deviation(std::span<const double> values) {
  const double centre = median(values);
  std::vector<double> distances;
  distances.reserve(values.size());
  for (const double value : values) {
    distances.push_back(std::abs(value - centre));
  }
  return median(distances);
}

DeltaFigures delta(std::span<const double> candidate, std::span<const double> base, int stride,
                   int frame_count) {
  if (candidate.size() != base.size()) {
    fail("delta: the candidate has {} tPSNR values and the base {}; both need the same clip and stride",
         candidate.size(), base.size());
  }
  std::vector<double> series;
  series.reserve(candidate.size());
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    series.push_back(candidate[i] - base[i]);
  }
  const double limit =
      median(series) - outlier_deviations * deviation_per_mad * median_absolute_deviation(series);
  DeltaFigures figures;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (series[i] < outlier_limit_db && series[i] < limit) {
      const int later = static_cast<int>(i) + stride;
      figures.outliers.push_back({later, series[i], in_tail(later, frame_count)});
    }
  }
  TpsnrFigures summary = summarise_tpsnr(std::move(series), stride, frame_count);
  figures.mean = summary.mean;
  figures.min = summary.min;
  figures.tail_mean = summary.tail_mean;
  figures.series = std::move(summary.series);
  return figures;
}

}  // namespace ffbench::metrics
