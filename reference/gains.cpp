#include "reference/gains.hpp"

#include <algorithm>
#include <cmath>

#include "reference/color_tables.hpp"

namespace ffbench::reference {
namespace {

/// A preset's number in 1/65536.
std::int64_t to_q16(double value) {
  return static_cast<std::int64_t>(std::floor(value * 65536 + 0.5));
}

}  // namespace

LinearSums gain_statistics(ConstBgrView crop) {
  const auto& linear = linear_from_code();
  LinearSums sums{};
  for (int y = crop.height / 4; y < crop.height - crop.height / 4; y += 2) {
    for (int x = crop.width / 4; x < crop.width - crop.width / 4; x += 2) {
      const std::uint8_t* pixel = crop.pixel(x, y);
      for (std::size_t c = 0; c < 3; ++c) {
        sums[c] += linear[pixel[c]];
      }
    }
  }
  return sums;
}

void update_gains(const LinearSums& target, const LinearSums& swapped, const Preset& preset, bool hold,
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

GainTables gain_tables(const GainState& state) {
  const auto& linear = linear_from_code();
  GainTables tables;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::int64_t quantised = (state.gain[c] + 128) >> 8;
    for (std::size_t v = 0; v < 256; ++v) {
      const std::int64_t scaled = (linear[v] * quantised + 128) >> 8;
      tables[c][v] = nearest_code(static_cast<std::uint32_t>(std::min<std::int64_t>(scaled, 65535)));
    }
  }
  return tables;
}

void apply_gains(const GainTables& tables, BgrView crop) {
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width; ++x) {
      std::uint8_t* pixel = crop.pixel(x, y);
      for (std::size_t c = 0; c < 3; ++c) {
        pixel[c] = tables[c][pixel[c]];
      }
    }
  }
}

}  // namespace ffbench::reference
