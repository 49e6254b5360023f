#pragma once

#include <array>
#include <cstdint>

#include "reference/gain_update.hpp"

namespace ffbench::reference {

/// One 256-entry table per channel.
using GainTables = std::array<std::array<std::uint8_t, 256>, 3>;

/// NUMERICS.md, "Gain tables".
GainTables gain_tables(const GainState& state);

}  // namespace ffbench::reference
