#include "reference/gain_update.hpp"

#include <algorithm>
#include <cmath>

namespace ffbench::reference {
namespace {

/// A preset's number in 1/65536.
std::int64_t to_q16(double value) {
  return static_cast<std::int64_t>(std::floor(value * 65536 + 0.5));
}

}  // namespace

void gain_update(const LinearSums& target, const LinearSums& swapped, const Preset& preset, bool hold,
                 GainState& state) {
  if (hold && state.started) {
    return;
  }
  const std::int64_t low = to_q16(preset.gains_min);
  const std::int64_t high = to_q16(preset.gains_max);
  const std::int64_t weight = to_q16(1 - preset.gains_beta);
  for (std::size_t c = 0; c < 3; ++c) {
    std::int64_t gain = 65536;
    if (swapped[c] != 0) {
      gain = static_cast<std::int64_t>(((target[c] << 16) + swapped[c] / 2) / swapped[c]);
    }
    gain = std::clamp(gain, low, high);
    if (state.started) {
      // Right shift of a negative number rounds down, as the contract says (and C++20 guarantees).
      state.gain[c] += ((gain - state.gain[c]) * weight + 32768) >> 16;
    } else {
      state.gain[c] = gain;
    }
  }
  state.started = true;
}

}  // namespace ffbench::reference
