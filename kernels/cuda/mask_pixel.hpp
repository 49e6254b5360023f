#pragma once

#include <algorithm>

#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Area mask": distance of a pixel from an edge.
FFBENCH_DEVICE float edge_distance(const HalfPlane& edge, int x, int y) {
  return add(multiply(edge.nx, static_cast<float>(x)), add(multiply(edge.ny, static_cast<float>(y)), edge.c));
}

/// The soft inside at a distance that is at most the feather.
FFBENCH_DEVICE std::uint32_t soft_inside(float distance, float per_pixel) {
  const float t = clamp_ordered(multiply(distance, per_pixel), 1.0F);
  return round_to_byte(multiply(255.0F, multiply(multiply(t, t), subtract(3.0F, multiply(2.0F, t)))));
}

/// What an edge does to the pixels [x0, x1] x [y0, y1].
enum class EdgeEffect { none, some, all_zero };

/// Distances as rounded are monotone along rows and columns, so the corners limit them. A corner that is no number
/// decides nothing: comparisons with it are false.
FFBENCH_DEVICE EdgeEffect effect_of(const HalfPlane& edge, float feather, int x0, int y0, int x1, int y1) {
  const float a = edge_distance(edge, x0, y0);
  const float b = edge_distance(edge, x1, y0);
  const float c = edge_distance(edge, x0, y1);
  const float d = edge_distance(edge, x1, y1);
  if (a >= feather && b >= feather && c >= feather && d >= feather) {
    return EdgeEffect::none;
  }
  return a <= 0.0F && b <= 0.0F && c <= 0.0F && d <= 0.0F ? EdgeEffect::all_zero : EdgeEffect::some;
}

/// NUMERICS.md, "Box mask": the product of two profile values.
FFBENCH_DEVICE std::uint8_t box_value(std::uint32_t across, std::uint32_t down) {
  const std::uint64_t product = std::uint64_t{across} * down;
  return static_cast<std::uint8_t>((product * 255 + (std::uint64_t{1} << 31)) >> 32);
}

/// The larger, and the smaller, of two words' halves, without sign.
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

/// NUMERICS.md, "Mask hysteresis", for two values, in bytes 0 and 2 of words, for a band of at most 255. Everything is 256 larger than it is, so that no half
/// borrows from the other.
FFBENCH_DEVICE std::uint32_t held_halves(std::uint32_t now, std::uint32_t before, std::uint32_t band) {
  constexpr std::uint32_t ones = 0x00010001U;
  // Bit 8 of a half is set where the value is 0 or 255: then the band is 0.
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

/// The same where most words are all clear or all opaque, which nothing holds.
FFBENCH_DEVICE std::uint32_t held_four(std::uint32_t now, std::uint32_t before, int band) {
  return now != 0 && now != ~0U ? held_word(now, before, band) : now;
}

}  // namespace ffbench::cuda
