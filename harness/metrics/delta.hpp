#pragma once

#include <span>

#include "reports/quality.hpp"

namespace ffbench::metrics {

/// Median of the distances from the median, without the factor 1.4826; 0 for none.
double median_absolute_deviation(std::span<const double> values);

/// delta(i) = candidate[i] - base[i] and its negative outliers: delta < -1 dB and delta < median -
/// 3 * 1.4826
/// * MAD. Both series come from clips of `frame_count` frames at `stride`, so they have the same
/// length; otherwise `Error`. Empty series give zeros and no outliers.
DeltaFigures delta(std::span<const double> candidate, std::span<const double> base, int stride,
                   int frame_count);

}  // namespace ffbench::metrics
