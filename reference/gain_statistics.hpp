#pragma once

#include <array>
#include <cstdint>

#include "core/image.hpp"

namespace ffbench::reference {

/// Sum of linear values per channel (B, G, R).
using LinearSums = std::array<std::uint64_t, 3>;

/// NUMERICS.md, "Gain statistics": every second pixel of the middle half of the crop.
LinearSums gain_statistics(ConstBgrView crop);

}  // namespace ffbench::reference
