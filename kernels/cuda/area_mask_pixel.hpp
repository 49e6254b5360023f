#pragma once

#include <cstdint>

#include "core/geometry.hpp"
#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Area mask": the distance of a pixel from an edge.
FFBENCH_DEVICE float edge_distance(const HalfPlane& edge, int x, int y) {
  return add(multiply(edge.nx, static_cast<float>(x)), add(multiply(edge.ny, static_cast<float>(y)), edge.c));
}

/// The value at a distance that is at most the feather.
FFBENCH_DEVICE std::uint32_t soft_inside(float distance, float per_pixel) {
  const float t = clamp_ordered(multiply(distance, per_pixel), 1.0F);
  return round_to_byte(multiply(255.0F, multiply(multiply(t, t), subtract(3.0F, multiply(2.0F, t)))));
}

/// The effect of an edge on a rectangle of pixels.
enum class EdgeEffect { none, some, all_zero };

/// The effect of an edge on the pixels [x0, x1] x [y0, y1]. Rounded distances are monotone along
/// rows and columns, so those of the corners bound them. A NaN decides nothing: comparisons with it
/// are false.
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

}  // namespace ffbench::cuda
