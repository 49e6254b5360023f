#pragma once

#include <array>
#include <cstdint>

#include "core/preset.hpp"
#include "reference/gain_statistics.hpp"

namespace ffbench::reference {

/// The low-passed gains of one face, in 1/65536; part of its temporal state.
struct GainState {
  std::array<std::int64_t, 3> gain{65536, 65536, 65536};
  bool started = false;
};

/// NUMERICS.md, "Gain update". `target` are the statistics of the warped crop, `swapped` of what
/// replaces it. With `hold` a started state stays as it is.
void gain_update(const LinearSums& target, const LinearSums& swapped, const Preset& preset, bool hold,
                 GainState& state);

}  // namespace ffbench::reference
