#pragma once

#include <cstdint>
#include <cstring>

#include "core/image.hpp"
#include "kernels/cpu/row_line.hpp"

// What the vector code leaves over: images too narrow for it, and the outermost ring of a crop. The
// same operations in the same order, one pixel at a time.
namespace ffbench::cpu {

/// Adding this to a float in [0, 2^22) rounds it to the nearest integer, halves to even, and leaves
/// the integer in the low bits: from 2^23 on floats are 1 apart. The same on every target, unlike
/// their conversions.
inline constexpr float rounding_magic = 12582912.0F;

inline std::uint8_t round_to_byte(float value) {
  const float moved = value + rounding_magic;
  std::uint32_t bits = 0;
  std::memcpy(&bits, &moved, sizeof bits);
  return static_cast<std::uint8_t>(bits);
}

inline float clamp_ordered(float value, float high) {
  const float from_zero = value > 0.0F ? value : 0.0F;
  return from_zero < high ? from_zero : high;
}

inline float lerp(float from, float to, float weight) {
  return from + (to - from) * weight;
}

/// What the vector code can address: 8 bytes fit into a row, every offset into 31 bits. Anything
/// else is done a pixel at a time.
inline bool fits_vectors(ConstBgrView image) {
  const std::ptrdiff_t stride = image.stride_bytes < 0 ? -image.stride_bytes : image.stride_bytes;
  return image.width >= 3 && stride * image.height <= std::ptrdiff_t{0x7fffffff} - 8;
}

/// Four taps of a replicated border and their weights.
struct ReplicatedTaps {
  const std::uint8_t* top_left;
  const std::uint8_t* top_right;
  const std::uint8_t* bottom_left;
  const std::uint8_t* bottom_right;
  float wx;
  float wy;

  ReplicatedTaps(ConstBgrView image, float x, float y) {
    const float sx = clamp_ordered(x, static_cast<float>(image.width - 1));
    const float sy = clamp_ordered(y, static_cast<float>(image.height - 1));
    const int x0 = static_cast<int>(sx);
    const int y0 = static_cast<int>(sy);
    const int x1 = x0 + 1 < image.width ? x0 + 1 : x0;
    const int y1 = y0 + 1 < image.height ? y0 + 1 : y0;
    top_left = image.pixel(x0, y0);
    top_right = image.pixel(x1, y0);
    bottom_left = image.pixel(x0, y1);
    bottom_right = image.pixel(x1, y1);
    wx = sx - static_cast<float>(x0);
    wy = sy - static_cast<float>(y0);
  }

  [[nodiscard]] float value(int c) const {
    return lerp(lerp(top_left[c], top_right[c], wx), lerp(bottom_left[c], bottom_right[c], wx), wy);
  }
};

}  // namespace ffbench::cpu
