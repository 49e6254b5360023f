#pragma once

#include <array>
#include <cstdint>

#include "core/image.hpp"
#include "core/preset.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// Sum of linear values per channel (B, G, R).
using LinearSums = std::array<std::uint64_t, 3>;

/// NUMERICS.md, "Gain statistics": every second pixel of the middle half of the crop. Look-ups in a table of half a
/// kilobyte, one code for every target: a gather takes as long as the loads it stands for.
LinearSums gain_statistics(ConstBgrView crop);

/// The share of some rows of the crop in the sums.
LinearSums gain_statistics_rows(ConstBgrView crop, RowRange rows);

/// The low-passed gains of one face, in 1/65536; part of its temporal state.
struct GainState {
  std::array<std::int64_t, 3> gain{65536, 65536, 65536};
  bool started = false;
  friend bool operator==(const GainState&, const GainState&) = default;
};

/// NUMERICS.md, "Gain update". `target` are the statistics of the warped crop, `swapped` of what replaces it.
/// With `hold` a started state stays as it is.
void update_gains(const LinearSums& target, const LinearSums& swapped, const Preset& preset, bool hold,
                  GainState& state);

/// One 256-entry table per channel.
using GainTables = std::array<std::array<std::uint8_t, 256>, 3>;

/// NUMERICS.md, "Gain tables". Gains are not negative.
GainTables gain_tables(const GainState& state);

/// Every value of `from` replaced by its channel's table entry. `to` has the size of `from`; it may be the same view,
/// otherwise they do not overlap.
void apply_gains(const GainTables& tables, ConstBgrView from, BgrView to);

/// The same for some rows.
void apply_gains_rows(const GainTables& tables, ConstBgrView from, BgrView to, RowRange rows);

}  // namespace ffbench::cpu
