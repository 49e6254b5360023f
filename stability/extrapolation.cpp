#include "stability/extrapolation.hpp"

#include <algorithm>
#include <cstddef>

namespace ffbench::stability {
namespace {

constexpr int steps_looked_at = 4;
constexpr int accelerated_values = 3;
/// So that there is a velocity where no step is trusted.
constexpr double least_trust = 1e-3;

struct Line {
  double at_zero = 0;
  double slope = 0;
};

/// Weighted least squares of `y` at 0, -1, -2 ...
Line line_through(const std::vector<double>& y, const std::vector<double>& weights) {
  double w = 0;
  double wx = 0;
  double wxx = 0;
  double wy = 0;
  double wxy = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double x = -static_cast<double>(i);
    w += weights[i];
    wx += weights[i] * x;
    wxx += weights[i] * (x * x);
    wy += weights[i] * y[i];
    wxy += weights[i] * (x * y[i]);
  }
  const double determinant = w * wxx - wx * wx;
  Line line;
  line.slope = determinant > 1e-9 * w * wxx ? (w * wxy - wx * wy) / determinant : 0;
  line.at_zero = w > 0 ? (wy - line.slope * wx) / w : 0;
  return line;
}

}  // namespace

std::vector<double> gone_on(const std::vector<double>& series, const std::vector<double>& trust, int count) {
  std::vector<double> steps;
  std::vector<double> weights;
  for (std::size_t i = series.size(); i-- > 1 && steps.size() < steps_looked_at;) {
    const auto later = static_cast<double>(steps_looked_at - steps.size());
    weights.push_back(later * std::max(std::min(trust[i], trust[i - 1]), least_trust));
    steps.push_back(series[i] - series[i - 1]);
  }
  const Line velocity = line_through(steps, weights);
  std::vector<double> result;
  double value = series.back();
  double step = velocity.at_zero;
  for (int i = 0; i < count; ++i) {
    step += i < accelerated_values ? velocity.slope : 0;
    value += step;
    result.push_back(value);
  }
  return result;
}

}  // namespace ffbench::stability
