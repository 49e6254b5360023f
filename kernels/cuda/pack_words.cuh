#pragma once

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/gain_math.hpp"

// Packs crops and masks into the words of a `PackedCrop`, four pixels at a time. For .cu files
// only.
namespace ffbench::cuda {

/// Four pixels of a row: their colours and their masks.
struct Four {
  std::uint32_t colours[3];
  std::uint32_t mask;
};

/// Loads four pixels and their masks; `pixel` is a multiple of 4.
__device__ __forceinline__ Four load_four(const std::uint8_t* crop, const std::uint8_t* mask, int pixel) {
  const auto* words = reinterpret_cast<const std::uint32_t*>(crop + 3 * pixel);
  return {{words[0], words[1], words[2]}, *reinterpret_cast<const std::uint32_t*>(mask + pixel)};
}

/// Their words, with the colours replaced through the tables.
__device__ __forceinline__ uint4 pack_four(const Four& four, const std::uint8_t* tables) {
  std::uint32_t pixels[4];
#pragma unroll
  for (unsigned k = 0; k < 4; ++k) {
    const auto colour = [&](unsigned channel) -> std::uint32_t {
      const unsigned byte = 3 * k + channel;
      return tables[256 * channel + byte_of(four.colours[byte / 4], static_cast<int>(byte % 4))];
    };
    const std::uint32_t bg = __byte_perm(colour(0), colour(1), 0x0040);
    const std::uint32_t rm = __byte_perm(colour(2), four.mask, 0x0040U + (k << 4));
    pixels[k] = __byte_perm(bg, rm, 0x5410);
  }
  return {pixels[0], pixels[1], pixels[2], pixels[3]};
}

/// A word of tables that map every byte to itself.
__device__ __forceinline__ std::uint32_t identity_word(unsigned word) {
  return (word % 64) * 0x04040404U + 0x03020100U;
}

}  // namespace ffbench::cuda
