#pragma once

#include <array>
#include <cstdint>

#include "kernels/cpu/gain_update.hpp"

namespace ffbench::cpu {

/// One 256-entry table per channel.
using GainTables = std::array<std::array<std::uint8_t, 256>, 3>;

/// NUMERICS.md, "Gain tables". Gains are not negative.
GainTables gain_tables(const GainState& state);

}  // namespace ffbench::cpu
