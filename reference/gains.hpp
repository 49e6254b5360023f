#pragma once

#include <array>
#include <cstdint>

#include "core/image.hpp"
#include "core/preset.hpp"

namespace ffbench::reference {

/// Sum of linear values per channel (B, G, R).
using LinearSums = std::array<std::uint64_t, 3>;

/// NUMERICS.md, "Gain statistics": every second pixel of the middle half of the crop.
LinearSums gain_statistics(ConstBgrView crop);

/// The low-passed gains of one face, in 1/65536; part of its temporal state.
struct GainState {
  std::array<std::int64_t, 3> gain{65536, 65536, 65536};
  bool started = false;
};

/// NUMERICS.md, "Gain update". `target` are the statistics of the warped crop, `swapped` of what replaces it.
/// With `hold` a started state stays as it is.
void update_gains(const LinearSums& target, const LinearSums& swapped, const Preset& preset, bool hold,
                  GainState& state);

/// One 256-entry table per channel.
using GainTables = std::array<std::array<std::uint8_t, 256>, 3>;

/// NUMERICS.md, "Gain tables".
GainTables gain_tables(const GainState& state);

/// Replaces every value by its channel's table entry, in place.
void apply_gains(const GainTables& tables, BgrView crop);

}  // namespace ffbench::reference
