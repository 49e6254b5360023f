#pragma once

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

/// NUMERICS.md, "Mask hysteresis".
FFBENCH_DEVICE std::uint32_t held_value(std::uint32_t now, std::uint32_t before, int band) {
  const int m = static_cast<int>(now);
  const int low = m - band > 0 ? m - band : 0;
  const int high = m + band < 255 ? m + band : 255;
  int h = static_cast<int>(before);
  h = h < low ? low : h;
  h = h > high ? high : h;
  return m == 0 || m == 255 ? now : static_cast<std::uint32_t>(h);
}

/// The same for four values in a word.
FFBENCH_DEVICE std::uint32_t held_word(std::uint32_t now, std::uint32_t before, int band) {
  std::uint32_t result = 0;
  for (int k = 0; k < 32; k += 8) {
    result |= held_value((now >> k) & 0xffU, (before >> k) & 0xffU, band) << k;
  }
  return result;
}

}  // namespace ffbench::cuda
