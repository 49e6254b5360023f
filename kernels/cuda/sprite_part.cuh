#pragma once

#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/mask_pixel.hpp"
#include "kernels/cuda/sprite_words.cuh"
#include "kernels/cuda/staging.cuh"

// The part of a sprite that some pixels of a frame read, in shared memory. For .cu files alone.
namespace ffbench::cuda {

/// Taps that samples with floors in a range read along one axis of a sprite with a border.
struct Reach {
  int first;
  int last;
  bool none;    ///< no sample is near the crop
  bool beyond;  ///< some samples are not

  __device__ Reach(const Range& floors, int size)
      : first(max(floors.least, -1)),
        last(min(floors.largest, size - 1) + 1),
        none(floors.largest < -1 || floors.least >= size),
        beyond(floors.least < -1 || floors.largest >= size) {}
};

/// The part of a sprite with its border that is read.
struct SpritePart {
  int first_row;
  int rows;
  int first_column;  ///< a multiple of 4
  int chunks;        ///< of four columns

  __device__ SpritePart(const Reach& columns, const Reach& reach)
      : first_row(reach.first),
        rows(reach.last - reach.first + 1),
        first_column(columns.first & ~3),
        chunks((columns.last - first_column) / 4 + 1) {}
};

/// Taps out of the part, of which there are `Rows` rows of `Pitch` bytes.
template <int Rows, int Pitch>
struct StagedTaps {
  const std::uint8_t* sprite;
  std::uint32_t origin;  ///< added to bytes from biased floors: where a tap lies in the part

  __device__ StagedTaps(const void* words, const SpritePart& part)
      : sprite(static_cast<const std::uint8_t*>(words)),
        origin(0U - (floor_bias + static_cast<std::uint32_t>(part.first_row)) * Pitch -
               (floor_bias + static_cast<std::uint32_t>(part.first_column)) * 4) {}

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    const std::uint32_t offset = bits_of(y.biased) * Pitch + (bits_of(x.biased) * 4 + origin);
    // Samples outside the crop read anything, and it does not count.
    constexpr unsigned last = (Rows - 1) * Pitch - 8;
    const auto* at = reinterpret_cast<const std::uint32_t*>(sprite + min(offset, last));
    constexpr int below = Pitch / 4;
    return {at[0], at[1], at[below], at[below + 1]};
  }
};

/// A floor within -1 to `size` - 1: samples outside the crop read the border.
__device__ __forceinline__ int bordered(Floor at, int size) {
  return min(max(static_cast<int>(bits_of(at.biased) - floor_bias), -1), size - 1);
}

/// Where four columns of a sprite with its border lie in the crop: the border repeats the nearest pixel, clear.
struct BorderedQuad {
  int x;       ///< a multiple of 4, from -4 to the width
  int column;  ///< within the crop

  __device__ BorderedQuad(int at, int width) : x(at), column(min(max(at, 0), width - 4)) {}

  __device__ uint4 words(Four four, bool in_row, const std::uint8_t* tables) const {
    if (x != column || !in_row) {
      four.mask = 0;
    }
    uint4 result = joined(four, tables);
    if (x < column) {
      result.w = result.x;
    } else if (x > column) {
      result.x = result.w;
    }
    return result;
  }
};

/// A byte of device memory. Beside the tables in shared memory nvcc 13.0 at sm_90 took the mask to be there too, `in_memory` or not.
__device__ __forceinline__ std::uint32_t byte_in_memory(const std::uint8_t* at) {
  std::uint32_t byte = 0;
  asm volatile("ld.global.u8 %0, [%1];" : "=r"(byte) : "l"(at));
  return byte;
}

/// Taps out of crop and mask where they lie: for parts that find no room. `tables` are there.
struct UnjoinedTaps {
  UnjoinedSprite sprite;
  const std::uint8_t* tables;

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    const int left = bordered(x, sprite.width);
    const int top = bordered(y, sprite.height);
    return {word(left, top), word(left + 1, top), word(left, top + 1), word(left + 1, top + 1)};
  }
  /// The word of a sprite with a border.
  __device__ std::uint32_t word(int x, int y) const {
    const int column = min(max(x, 0), sprite.width - 1);
    const int row = min(max(y, 0), sprite.height - 1);
    const int pixel = row * sprite.width + column;
    const std::uint8_t* colour = sprite.crop + 3 * pixel;
    const std::uint32_t mask = column == x && row == y ? byte_in_memory(sprite.mask + pixel) : 0;
    return std::uint32_t{tables[byte_in_memory(colour)]} |
           std::uint32_t{tables[256 + byte_in_memory(colour + 1)]} << 8 |
           std::uint32_t{tables[512 + byte_in_memory(colour + 2)]} << 16 | mask << 24;
  }
};

}  // namespace ffbench::cuda
