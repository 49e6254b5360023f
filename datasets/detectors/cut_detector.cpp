#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "core/numeric/median.hpp"
#include "datasets/detectors/tracker.hpp"

namespace ffbench {
namespace {

constexpr int cells = 32;           // a side
constexpr std::size_t memory = 12;  // differences that are remembered

/// Mean luma (0..255) of each cell of a grid over the frame; every fourth row and column is enough.
std::vector<double> thumbnail(ConstBgrView frame) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(cells) * cells);
  std::vector<std::int64_t> counts(sums.size());
  const int step = std::min(frame.width, frame.height) >= 4 * cells ? 4 : 1;
  for (int y = 0; y < frame.height; y += step) {
    const std::size_t row =
        static_cast<std::size_t>(static_cast<std::int64_t>(y) * cells / frame.height) * cells;
    for (int x = 0; x < frame.width; x += step) {
      const std::uint8_t* p = frame.pixel(x, y);
      const std::size_t i =
          row + static_cast<std::size_t>(static_cast<std::int64_t>(x) * cells / frame.width);
      sums[i] += p[0] + 5 * p[1] + 2 * p[2];
      ++counts[i];
    }
  }
  std::vector<double> means(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    means[i] = counts[i] == 0 ? 0.0 : static_cast<double>(sums[i]) / (8.0 * static_cast<double>(counts[i]));
  }
  return means;
}

double mean_of(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) {
    sum += x;
  }
  return sum / static_cast<double>(v.size());
}

/// Pearson's correlation; 0 where one of the two is flat. Blind to brightness and contrast.
double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const double ma = mean_of(a);
  const double mb = mean_of(b);
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - ma) * (a[i] - ma);
    bb += (b[i] - mb) * (b[i] - mb);
    ab += (a[i] - ma) * (b[i] - mb);
  }
  constexpr double flat = 1.0;  // variance in squared codes
  const auto n = static_cast<double>(a.size());
  return aa < flat * n || bb < flat * n ? 0.0 : ab / std::sqrt(aa * bb);
}

}  // namespace

bool CutDetector::next(ConstBgrView frame) {
  std::vector<double> now = thumbnail(frame);
  if (previous_.empty()) {
    previous_ = std::move(now);
    return false;
  }
  double difference = 0;
  for (std::size_t i = 0; i < now.size(); ++i) {
    difference += std::abs(now[i] - previous_[i]);
  }
  difference /= static_cast<double>(now.size());

  const double usual = upper_median(differences_);
  constexpr double least_difference = 8;  // codes
  constexpr double times_usual = 4;
  constexpr double still_alike = 0.6;  // in real clips motion stays above 0.8, cuts lie below 0.3
  const bool cut =
      difference > least_difference + times_usual * usual && correlation(now, previous_) < still_alike;
  previous_ = std::move(now);
  if (cut) {
    differences_.clear();
  } else {
    differences_.push_back(difference);
    if (differences_.size() > memory) {
      differences_.erase(differences_.begin());
    }
  }
  return cut;
}

}  // namespace ffbench
