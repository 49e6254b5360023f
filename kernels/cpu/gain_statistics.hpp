#pragma once

#include <array>
#include <cstdint>

#include "core/image.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// Sum of linear values per channel (B, G, R).
using LinearSums = std::array<std::uint64_t, 3>;

/// NUMERICS.md, "Gain statistics": every second pixel of the middle half of the crop. Look-ups in a
/// table of half a kilobyte, one code for every target: a gather takes as long as the loads it
/// stands for.
LinearSums gain_statistics(ConstBgrView crop);

/// The share of some rows of the crop in the sums.
LinearSums gain_statistics_rows(ConstBgrView crop, RowRange rows);

}  // namespace ffbench::cpu
