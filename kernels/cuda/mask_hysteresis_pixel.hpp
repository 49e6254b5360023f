#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

/// The maxima, and the minima, of the unsigned halves of two words.
FFBENCH_DEVICE std::uint32_t max_halves(std::uint32_t a, std::uint32_t b) {
#ifdef __CUDA_ARCH__
  return __vmaxu2(a, b);
#else
  return std::max(a & 0xffffU, b & 0xffffU) | std::max(a >> 16, b >> 16) << 16;
#endif
}
FFBENCH_DEVICE std::uint32_t min_halves(std::uint32_t a, std::uint32_t b) {
#ifdef __CUDA_ARCH__
  return __vminu2(a, b);
#else
  return std::min(a & 0xffffU, b & 0xffffU) | std::min(a >> 16, b >> 16) << 16;
#endif
}

/// NUMERICS.md, "Mask hysteresis", for two values in bytes 0 and 2 of words, with a band of at most
/// 255. Intermediate values are offset by 256, so that no half borrows from the other.
FFBENCH_DEVICE std::uint32_t held_halves(std::uint32_t now, std::uint32_t before, std::uint32_t band) {
  constexpr std::uint32_t ones = 0x00010001U;
  // Bit 8 of a half is set where the value is 0 or 255, for which the band is 0.
  const std::uint32_t extreme = (256 * ones - ((now + ones) & (0xfe * ones))) & (256 * ones);
  const std::uint32_t bands = (band * ones) & ~(extreme - (extreme >> 8));
  const std::uint32_t middle = now + 256 * ones;
  const std::uint32_t held = before + 256 * ones;
  return min_halves(max_halves(held, middle - bands), middle + bands) - 256 * ones;
}

/// The same for four values in a word.
FFBENCH_DEVICE std::uint32_t held_word(std::uint32_t now, std::uint32_t before, int band) {
  constexpr std::uint32_t even = 0x00ff00ffU;
  const auto limited = static_cast<std::uint32_t>(band < 255 ? band : 255);
  return held_halves(now & even, before & even, limited) |
         held_halves((now >> 8) & even, (before >> 8) & even, limited) << 8;
}

/// The same, quick for words that are all clear or all opaque: those are never held.
FFBENCH_DEVICE std::uint32_t held_four(std::uint32_t now, std::uint32_t before, int band) {
  return now != 0 && now != ~0U ? held_word(now, before, band) : now;
}

}  // namespace ffbench::cuda
