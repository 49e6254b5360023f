#pragma once

#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/pack_words.cuh"
#include "kernels/cuda/staging.cuh"

// The footprint of a tile: the rectangle of a packed crop, border included, that the tile's pixels
// read. For .cu files only.
namespace ffbench::cuda {

/// The taps along one axis of a packed crop that samples with floors in a range read.
struct TapRange {
  int first;
  int last;
  bool none;    ///< no sample is near the crop
  bool beyond;  ///< some samples are not near the crop

  __device__ TapRange(const Range& floors, int size)
      : first(max(floors.least, -1)),
        last(min(floors.largest, size - 1) + 1),
        none(floors.largest < -1 || floors.least >= size),
        beyond(floors.least < -1 || floors.largest >= size) {}
};

struct Footprint {
  int first_row;
  int rows;
  int first_column;  ///< a multiple of 4
  int chunks;        ///< of four columns

  __device__ Footprint(const TapRange& columns, const TapRange& taps)
      : first_row(taps.first),
        rows(taps.last - taps.first + 1),
        first_column(columns.first & ~3),
        chunks((columns.last - first_column) / 4 + 1) {}
};

/// Reads taps from a footprint in shared memory, `Rows` rows of `Pitch` bytes.
template <int Rows, int Pitch>
struct StagedTaps {
  const std::uint8_t* bytes;
  std::uint32_t origin;  ///< added to byte offsets made of biased floors

  __device__ StagedTaps(const void* words, const Footprint& footprint)
      : bytes(static_cast<const std::uint8_t*>(words)),
        origin(0U - (floor_bias + static_cast<std::uint32_t>(footprint.first_row)) * Pitch -
               (floor_bias + static_cast<std::uint32_t>(footprint.first_column)) * 4) {}

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    const std::uint32_t offset = bits_of(y.biased) * Pitch + (bits_of(x.biased) * 4 + origin);
    // Samples outside the crop read anything: it is not used.
    constexpr unsigned last = (Rows - 1) * Pitch - 8;
    const auto* at = reinterpret_cast<const std::uint32_t*>(bytes + min(offset, last));
    constexpr int below = Pitch / 4;
    return {at[0], at[1], at[below], at[below + 1]};
  }
};

/// A floor limited to -1 ... `size` - 1: samples outside the crop read the border.
__device__ __forceinline__ int bordered(Floor at, int size) {
  return min(max(static_cast<int>(bits_of(at.biased) - floor_bias), -1), size - 1);
}

/// Four columns of a packed crop that may be those of the border, which repeats the nearest pixel
/// with mask 0.
struct BorderedQuad {
  int x;       ///< a multiple of 4, from -4 to the width
  int column;  ///< of the crop, nearest to x

  __device__ BorderedQuad(int at, int width) : x(at), column(min(max(at, 0), width - 4)) {}

  __device__ uint4 words(Four four, bool in_row, const std::uint8_t* tables) const {
    if (x != column || !in_row) {
      four.mask = 0;
    }
    uint4 result = pack_four(four, tables);
    if (x < column) {
      result.w = result.x;
    } else if (x > column) {
      result.x = result.w;
    }
    return result;
  }
};

/// A byte of global memory. With the tables in shared memory nvcc 13.0 for sm_90 takes the mask to
/// be there too, in spite of `as_global`.
__device__ __forceinline__ std::uint32_t load_global_byte(const std::uint8_t* at) {
  std::uint32_t byte = 0;
  asm volatile("ld.global.u8 %0, [%1];" : "=r"(byte) : "l"(at));
  return byte;
}

/// Reads the taps of an unpacked crop from global memory, for footprints that do not fit shared
/// memory.
struct DirectUnpackedTaps {
  UnpackedCrop crop;
  const std::uint8_t* tables;  ///< in shared memory

  __device__ PackedTaps operator()(Floor x, Floor y) const {
    const int left = bordered(x, crop.width);
    const int top = bordered(y, crop.height);
    return {word(left, top), word(left + 1, top), word(left, top + 1), word(left + 1, top + 1)};
  }
  /// The word that a packed crop would have.
  __device__ std::uint32_t word(int x, int y) const {
    const int column = min(max(x, 0), crop.width - 1);
    const int row = min(max(y, 0), crop.height - 1);
    const int pixel = row * crop.width + column;
    const std::uint8_t* colour = crop.pixels + 3 * pixel;
    const std::uint32_t mask = column == x && row == y ? load_global_byte(crop.mask + pixel) : 0;
    return std::uint32_t{tables[load_global_byte(colour)]} |
           std::uint32_t{tables[256 + load_global_byte(colour + 1)]} << 8 |
           std::uint32_t{tables[512 + load_global_byte(colour + 2)]} << 16 | mask << 24;
  }
};

}  // namespace ffbench::cuda
