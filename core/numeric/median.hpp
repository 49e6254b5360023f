#pragma once

#include <span>

namespace ffbench {

/// The median, of an even count the mean of the middle two; 0 of nothing.
double median(std::span<const double> values);

}  // namespace ffbench
