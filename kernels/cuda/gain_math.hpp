#pragma once

#include <cstdint>

#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

/// Words of the tables of a face's gains: 256 bytes for each channel.
inline constexpr int table_words = 3 * 256 / 4;

/// Limits and weight of the gains in 1/65536.
struct GainLimits {
  std::int64_t low = 0;
  std::int64_t high = 0;
  std::int64_t weight = 0;  ///< q(1 - gains_beta)
};

/// NUMERICS.md, "Gain update": the limited ratio of two sums, in 1/65536.
FFBENCH_DEVICE std::int64_t gain_ratio(std::uint64_t target, std::uint64_t swapped,
                                       const GainLimits& limits) {
  const std::int64_t ratio =
      swapped == 0 ? 65536 : static_cast<std::int64_t>((target * 65536 + swapped / 2) / swapped);
  return ratio < limits.low ? limits.low : ratio > limits.high ? limits.high : ratio;
}

FFBENCH_DEVICE std::int64_t low_passed(std::int64_t gain, std::int64_t ratio, const GainLimits& limits) {
  return gain + (((ratio - gain) * limits.weight + 32768) >> 16);
}

/// The quantised gain, in 1/256.
FFBENCH_DEVICE std::int64_t quantised_gain(std::int64_t gain) {
  return (gain + 128) >> 8;
}

/// NUMERICS.md, "Gain tables": one entry. `linear` is L[v], `code_of` the table of
/// `LinearLightTables`.
FFBENCH_DEVICE std::uint8_t gain_entry(std::uint32_t linear, std::int64_t quantised,
                                       const std::uint8_t* code_of) {
  const std::int64_t scaled = (static_cast<std::int64_t>(linear) * quantised + 128) >> 8;
  return code_of[scaled < 65535 ? scaled : 65535];
}

}  // namespace ffbench::cuda
