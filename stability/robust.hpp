#pragma once

#include <algorithm>
#include <vector>

namespace ffbench::stability {

/// The standard deviation of a normal distribution over its median absolute deviation.
inline constexpr double deviation_per_median = 1.4826;

/// The median, the upper of two; 0 of nothing.
inline double median_of(std::vector<double> values) {
  if (values.empty()) {
    return 0;
  }
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace ffbench::stability
