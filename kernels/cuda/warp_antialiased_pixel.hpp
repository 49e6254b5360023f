#pragma once

#include <cstdint>

#include "core/numeric/antialias.hpp"
#include "kernels/cuda/pixels.hpp"

// NUMERICS.md, "Anti-aliased warp". The contract's integers are computed in binary32, which has
// full rate on every device. Sums stay between 2^23 and 2^24, where a binary32 number is an
// integer, and a multiply-add that rounds down once cuts off exactly what the contract's shift cuts
// off. Weights are fractions.
//
// The sum down a column takes a byte v as 2^23 + 256 v, which one instruction makes of its word.
// The weights sum to 1, so that the excess is 2^23 at the end. The sum begins 2^17 below 2^23, with
// the tap in the middle, whose weight brings it above 2^23 (`antialias_middle`).
namespace ffbench::cuda {

/// Columns are processed in equal blocks of at most five.
constexpr int antialias_blocks(int taps) {
  return (taps + 4) / 5;
}
constexpr int antialias_columns(int taps) {
  const int blocks = antialias_blocks(taps);
  return (taps + blocks - 1) / blocks;
}
/// Columns that are read. Those behind the taps have weight 0.
constexpr int antialias_reach(int taps) {
  return antialias_blocks(taps) * antialias_columns(taps);
}

/// The weights of one axis as kernels read them: a row of `stride` fractions for each phase,
/// aligned to 16 bytes and zero behind its taps. No taps: the map does not minify.
struct AntialiasTaps {
  const float* weights = nullptr;
  std::int16_t taps = 0;
  std::int16_t columns = 0;  ///< of a block
  std::int16_t blocks = 0;
  std::int16_t stride = 0;
  int offset = 0;
  int first = 0;
};

/// The first tap of a sample along an axis of `size` pixels, and the row of its weights.
struct TapPlace {
  int first;
  const float* weights;
};

FFBENCH_DEVICE TapPlace place_taps(const AntialiasTaps& axis, float coordinate, int size) {
  const float limited = clamp_ordered(coordinate, static_cast<float>(size - 1));
  // Not below 0.
  const auto position = static_cast<unsigned>(
      static_cast<int>(add(multiply(limited, static_cast<float>(antialias_phases)), 0.5F)) + axis.offset);
  const auto phase = static_cast<int>(position % antialias_phases);
  return {static_cast<int>(position / antialias_phases) - axis.first, axis.weights + phase * axis.stride};
}

/// sum + value * weight, rounded down to an integer. The result is in [2^23, 2^24).
FFBENCH_DEVICE float add_floored(float sum, float value, float weight) {
#ifdef __CUDA_ARCH__
  return __fmaf_rd(value, weight, sum);
#else
  // The product of 24 and 16 bits, and its sum with 24 more, are exact in binary64.
  const double exact = double{value} * double{weight} + double{sum};
  return static_cast<float>(static_cast<std::int32_t>(exact));
#endif
}

/// 2^23 + 256 times byte `k` of a word.
FFBENCH_DEVICE float biased_byte(std::uint32_t word, int k) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(__byte_perm(word, 0x4b000000U, 0x7404U | static_cast<unsigned>(k) << 4));
#else
  return float_of(0x4b000000U | ((word >> (8 * k)) & 0xffU) << 8);
#endif
}

/// The tap with which a sum down a column begins. Its weight is at least 1/64 for every radius and
/// phase.
FFBENCH_DEVICE constexpr int antialias_middle(int taps) {
  return (taps - 1) / 2;
}

/// Biased sums of a colour's channels: those of complete columns by 2^24 - 2^17, others by 2^23.
struct ColourSums {
  float b, g, r;
};

inline constexpr float two_to_17 = 131072.0F;

FFBENCH_DEVICE ColourSums begin_sums(int taps) {
  const int half = taps / 2;
  const float start = add(two_to_23, static_cast<float>(half));
  return {start, start, start};
}
FFBENCH_DEVICE ColourSums begin_column(int taps) {
  const int half = taps / 2;
  const float start = add(two_to_23 - two_to_17, static_cast<float>(half));
  return {start, start, start};
}

/// Adds a pixel, given as biased bytes, to a column.
FFBENCH_DEVICE void add_to_column(ColourSums& column, float b, float g, float r, float weight) {
  column = {add_floored(column.b, b, weight), add_floored(column.g, g, weight),
            add_floored(column.r, r, weight)};
}

/// Adds a complete column.
FFBENCH_DEVICE void add_column(ColourSums& sums, const ColourSums& column, float weight) {
  constexpr float bias = 2 * two_to_23 - two_to_17;
  sums = {add_floored(sums.b, subtract(column.b, bias), weight),
          add_floored(sums.g, subtract(column.g, bias), weight),
          add_floored(sums.r, subtract(column.r, bias), weight)};
}

/// The rounded colour, B in the lowest byte.
FFBENCH_DEVICE std::uint32_t rounded(const ColourSums& sums) {
  const auto level = [](float sum) { return ((bits_of(sum) & 0xffffU) + 128) >> 8; };
  return level(sums.b) | level(sums.g) << 8 | level(sums.r) << 16;
}

/// A pixel of the crop wherever its taps lie. Columns and rows beyond the border repeat it.
FFBENCH_DEVICE std::uint32_t antialiased_pixel(const Pixels& frame, const Map& crop_to_frame,
                                               const AntialiasTaps& across, const AntialiasTaps& down, int x,
                                               int y) {
  const SamplePoint at = sample_point(crop_to_frame, x, y);
  const TapPlace columns = place_taps(across, at.x, frame.width);
  const TapPlace rows = place_taps(down, at.y, frame.height);
  const auto limited = [](int i, int size) { return i < 0 ? 0 : (i < size ? i : size - 1); };
  ColourSums sums = begin_sums(across.taps);
  for (int i = 0; i < across.taps; ++i) {
    const int column = limited(columns.first + i, frame.width);
    ColourSums sum = begin_column(down.taps);
    for (int n = 0, j = antialias_middle(down.taps); n < down.taps; ++n, j = j + 1 < down.taps ? j + 1 : 0) {
      const std::uint32_t pixel = load_pixel(frame.row(limited(rows.first + j, frame.height)), column);
      add_to_column(sum, biased_byte(pixel, 0), biased_byte(pixel, 1), biased_byte(pixel, 2),
                    rows.weights[j]);
    }
    add_column(sums, sum, columns.weights[i]);
  }
  return rounded(sums);
}

}  // namespace ffbench::cuda
