#pragma once

#include <span>

namespace ffbench {

/// The median, of an even count the mean of the middle two; 0 of nothing.
double median(std::span<const double> values);

/// The median, of an even count the upper of the middle two: always one of the values. 0 of
/// nothing.
double upper_median(std::span<const double> values);

}  // namespace ffbench
