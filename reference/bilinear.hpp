#pragma once

#include <cmath>
#include <cstdint>

#include "core/geometry.hpp"
#include "core/image.hpp"

// NUMERICS.md, "Sampling": the steps that warp and composite share.
namespace ffbench::reference {

/// Where an output pixel lies in the input.
struct SamplePoint {
  float x;
  float y;
};

inline SamplePoint sample_point(const AffineF& map, int x, int y) {
  const float fx = static_cast<float>(x);
  const float fy = static_cast<float>(y);
  const float row_x = map.xy * fy + map.xt;
  const float row_y = map.yy * fy + map.yt;
  return {map.xx * fx + row_x, map.yx * fx + row_y};
}

/// Limits by ordered comparison; NaN becomes 0.
inline float clamp_ordered(float value, float high) {
  const float from_zero = value > 0.0F ? value : 0.0F;
  return from_zero < high ? from_zero : high;
}

/// Four taps and their weights when the border is replicated.
struct ReplicateTaps {
  int x0;
  int x1;
  int y0;
  int y1;
  float wx;
  float wy;
};

inline ReplicateTaps replicate_taps(SamplePoint at, int width, int height) {
  const float sx = clamp_ordered(at.x, static_cast<float>(width - 1));
  const float sy = clamp_ordered(at.y, static_cast<float>(height - 1));
  const int x0 = static_cast<int>(sx);
  const int y0 = static_cast<int>(sy);
  return {x0,
          x0 + 1 < width ? x0 + 1 : x0,
          y0,
          y0 + 1 < height ? y0 + 1 : y0,
          sx - static_cast<float>(x0),
          sy - static_cast<float>(y0)};
}

inline float lerp(float from, float to, float weight) {
  return from + (to - from) * weight;
}

inline float bilinear(float top_left, float top_right, float bottom_left, float bottom_right, float wx,
                      float wy) {
  return lerp(lerp(top_left, top_right, wx), lerp(bottom_left, bottom_right, wx), wy);
}

/// Unrounded value of channel `c`.
inline float bilinear(ConstBgrView image, const ReplicateTaps& taps, int c) {
  return bilinear(image.pixel(taps.x0, taps.y0)[c], image.pixel(taps.x1, taps.y0)[c],
                  image.pixel(taps.x0, taps.y1)[c], image.pixel(taps.x1, taps.y1)[c], taps.wx, taps.wy);
}

/// Nearest integer, halves to even. The default rounding mode is part of the contract.
inline std::uint8_t round_to_byte(float value) {
  return static_cast<std::uint8_t>(std::nearbyint(value));
}

}  // namespace ffbench::reference
