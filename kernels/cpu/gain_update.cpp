#include "kernels/cpu/gain_update.hpp"

#include <algorithm>

namespace ffbench::cpu {
namespace {

std::int64_t to_q16(double value) {
  // The contract's own rounding.
  return static_cast<std::int64_t>(value * 65536 + 0.5);  // NOLINT(bugprone-incorrect-roundings)
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
    const std::uint64_t t = target[c];
    const std::uint64_t s = swapped[c];
    const std::int64_t ratio = s == 0 ? 65536 : static_cast<std::int64_t>((t * 65536 + s / 2) / s);
    const std::int64_t limited = std::clamp(ratio, low, high);
    std::int64_t& gain = state.gain[c];
    gain = state.started ? gain + (((limited - gain) * weight + 32768) >> 16) : limited;
  }
  state.started = true;
}

}  // namespace ffbench::cpu
