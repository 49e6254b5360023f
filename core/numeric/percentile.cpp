#include "core/numeric/percentile.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace ffbench {

double percentile(std::span<const double> values, double share) {
  if (values.empty()) {
    return 0;
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
  return sorted[std::clamp<std::size_t>(rank, 1, sorted.size()) - 1];
}

}  // namespace ffbench
