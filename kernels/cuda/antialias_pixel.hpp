#pragma once

#include <cstdint>

#include "core/antialias.hpp"
#include "kernels/cuda/pixels.hpp"

// NUMERICS.md, "Anti-aliased warp". The contract's integers are done in binary32, whose units have full rate on every device:
// sums stay between 2^23 and 2^24, where a binary32 number is an integer, and a multiply-add that rounds down once cuts off
// exactly what the contract's shift cuts off.
namespace ffbench::cuda {

/// The weights of one axis as kernels read them: rows of `stride` numbers, one a phase, each aligned to 16 bytes and zero
/// behind its taps. No taps: the map does not minify.
struct AntialiasTaps {
  const std::uint16_t* weights = nullptr;
  int taps = 0;
  int stride = 0;
  int offset = 0;
  int first = 0;
};

/// Columns are done together, in equal blocks of at most five.
FFBENCH_DEVICE constexpr int antialias_blocks(int taps) {
  return (taps + 4) / 5;
}
FFBENCH_DEVICE constexpr int antialias_columns(int taps) {
  const int blocks = antialias_blocks(taps);
  return (taps + blocks - 1) / blocks;
}
/// Columns that are read: those behind the taps weigh nothing.
FFBENCH_DEVICE constexpr int antialias_reach(int taps) {
  return antialias_blocks(taps) * antialias_columns(taps);
}

/// Where a sample's taps begin along an axis of `size` pixels, and the row of their weights.
struct TapPlace {
  int first;
  const std::uint16_t* weights;
};

FFBENCH_DEVICE TapPlace place_taps(const AntialiasTaps& axis, float coordinate, int size) {
  const float limited = clamp_ordered(coordinate, static_cast<float>(size - 1));
  const int position =
      static_cast<int>(add(multiply(limited, static_cast<float>(antialias_phases)), 0.5F)) + axis.offset;
  const int phase = position % antialias_phases;
  return {position / antialias_phases - axis.first, axis.weights + phase * axis.stride};
}

/// sum + floor(value * weight), for integers 0 <= sum < 2^23 that are written as 2^23 + sum.
FFBENCH_DEVICE float add_floored(float sum, float value, float weight) {
#ifdef __CUDA_ARCH__
  return __fmaf_rd(value, weight, sum);
#else
  // The product of 16 and 16 bits, and its sum with 24 more, are exact in binary64.
  const double exact = double{value} * double{weight} + double{sum};
  return static_cast<float>(static_cast<std::int32_t>(exact));
#endif
}

/// A 256th of byte `k` of a word.
FFBENCH_DEVICE float byte_part(std::uint32_t word, int k) {
#ifdef __CUDA_ARCH__
  // The byte as the lowest of a number of 2^15, which has units of 1/256.
  return subtract(__uint_as_float(__byte_perm(word, 0x47000000U, 0x7650U | static_cast<unsigned>(k))),
                  32768.0F);
#else
  return static_cast<float>((word >> (8 * k)) & 0xffU) / 256.0F;
#endif
}

/// A weight as a number, 0 to 65535.
FFBENCH_DEVICE float weight_of(std::uint16_t weight) {
  return subtract(float_of(0x4b000000U | weight), two_to_23);
}

/// The sums of a colour's channels, each 2^23 more than they are.
struct ColourSums {
  float b, g, r;
};

FFBENCH_DEVICE ColourSums begin_sums(int taps) {
  const float start = add(two_to_23, static_cast<float>(taps / 2));
  return {start, start, start};
}

/// Adds a pixel (B in the lowest byte) of a column; `weight` is that of its row.
FFBENCH_DEVICE void add_to_column(ColourSums& column, float b, float g, float r, float weight) {
  column = {add_floored(column.b, b, weight), add_floored(column.g, g, weight),
            add_floored(column.r, r, weight)};
}

/// Adds a column's sums; `weight` is that of the column.
FFBENCH_DEVICE void add_column(ColourSums& sums, const ColourSums& column, std::uint16_t weight) {
  const float part = multiply(weight_of(weight), 1.0F / 65536);
  sums = {add_floored(sums.b, subtract(column.b, two_to_23), part),
          add_floored(sums.g, subtract(column.g, two_to_23), part),
          add_floored(sums.r, subtract(column.r, two_to_23), part)};
}

/// The rounded colour, B in the lowest byte.
FFBENCH_DEVICE std::uint32_t rounded(const ColourSums& sums) {
  const auto level = [](float sum) { return ((bits_of(sum) & 0xffffU) + 128) >> 8; };
  return level(sums.b) | level(sums.g) << 8 | level(sums.r) << 16;
}

/// One pixel of the crop wherever its taps lie: columns and rows beyond the border repeat it.
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
    ColourSums sum = begin_sums(down.taps);
    for (int j = 0; j < down.taps; ++j) {
      const std::uint32_t pixel = load_pixel(frame.row(limited(rows.first + j, frame.height)), column);
      add_to_column(sum, byte_part(pixel, 0), byte_part(pixel, 1), byte_part(pixel, 2),
                    weight_of(rows.weights[j]));
    }
    add_column(sums, sum, columns.weights[i]);
  }
  return rounded(sums);
}

}  // namespace ffbench::cuda
