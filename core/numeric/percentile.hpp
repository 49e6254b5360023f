#pragma once

#include <span>

namespace ffbench {

/// The smallest of the values that at least `share` of them, 0 to 1, do not exceed: the
/// nearest-rank percentile. 0 of nothing.
double percentile(std::span<const double> values, double share);

}  // namespace ffbench
