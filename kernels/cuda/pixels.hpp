#pragma once

#include <cstddef>
#include <cstdint>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

/// An image of interleaved pixels, as kernels take it. Where only a region of a frame is on the
/// device, `data` is the address that pixel (0, 0) would have, and kernels touch no pixel outside
/// that region.
struct Pixels {
  std::uint8_t* data = nullptr;
  int width = 0;
  int height = 0;
  std::int64_t stride = 0;  ///< bytes

  FFBENCH_DEVICE std::uint8_t* row(int y) const { return data + y * stride; }
};

/// The six coefficients of a map, plain.
struct Map {
  float xx, xy, xt, yx, yy, yt;
};

inline Map to_map(const AffineF& m) {
  return {m.xx, m.xy, m.xt, m.yx, m.yy, m.yt};
}

template <typename T, int Channels>
Pixels to_pixels(ImageView<T, Channels> view) {
  return {const_cast<std::uint8_t*>(view.data), view.width, view.height, view.stride_bytes};
}

/// Two neighbouring BGR pixels: B0 G0 R0 B1 in `low`, G1 R1 in the low half of `high`.
struct PixelPair {
  std::uint32_t low;
  std::uint32_t high;
};

/// Pixels x and x + 1 of a row. Reads only the aligned words that hold them.
FFBENCH_DEVICE PixelPair load_pair(const std::uint8_t* row, int x) {
  const std::uint8_t* at = row + 3 * static_cast<std::int64_t>(x);
#ifdef __CUDA_ARCH__
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  const auto* words = reinterpret_cast<const std::uint32_t*>(address & ~std::uintptr_t{3});
  const unsigned offset = static_cast<unsigned>(address & 3);
  const std::uint32_t w0 = words[0];
  const std::uint32_t w1 = words[1];
  const std::uint32_t w2 = offset == 3 ? words[2] : 0;
  return {shift_pair(w0, w1, 8 * offset), shift_pair(w1, w2, 8 * offset)};
#else
  return {at[0] | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 | std::uint32_t{at[3]} << 24,
          at[4] | std::uint32_t{at[5]} << 8};
#endif
}

/// One BGR pixel in the low three bytes; the top byte is undefined.
FFBENCH_DEVICE std::uint32_t load_pixel(const std::uint8_t* row, int x) {
  const std::uint8_t* at = row + 3 * static_cast<std::int64_t>(x);
#ifdef __CUDA_ARCH__
  const auto address = reinterpret_cast<std::uintptr_t>(at);
  const auto* words = reinterpret_cast<const std::uint32_t*>(address & ~std::uintptr_t{3});
  const unsigned offset = static_cast<unsigned>(address & 3);
  const std::uint32_t w0 = words[0];
  const std::uint32_t w1 = offset >= 2 ? words[1] : 0;
  return shift_pair(w0, w1, 8 * offset);
#else
  return at[0] | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16;
#endif
}

/// Two neighbouring pixels. In an image one pixel wide both are that pixel.
FFBENCH_DEVICE PixelPair load_pair_of(const Pixels& image, int x, int y) {
  const std::uint8_t* row = image.row(y);
  if (image.width < 2) {
    const std::uint32_t pixel = load_pixel(row, 0) & 0xffffffU;
    return {pixel | pixel << 24, pixel >> 8};
  }
  return load_pair(row, x);
}

/// A colour between pixels, unrounded, in units.
struct Colour {
  float b, g, r;
};

/// NUMERICS.md, "Sampling": both rows across, then down. `raised_wx` is the weight across times
/// `raise`.
FFBENCH_DEVICE Colour bilinear(const PixelPair& top, const PixelPair& bottom, float raised_wx, float wy) {
  const auto across = [raised_wx](std::uint32_t p, int p_byte, std::uint32_t q, int q_byte) {
    return lerp_raw(raw_byte(p, p_byte), raw_byte(q, q_byte), raised_wx);
  };
  return {lerp(across(top.low, 0, top.low, 3), across(bottom.low, 0, bottom.low, 3), wy),
          lerp(across(top.low, 1, top.high, 0), across(bottom.low, 1, bottom.high, 0), wy),
          lerp(across(top.low, 2, top.high, 1), across(bottom.low, 2, bottom.high, 1), wy)};
}

FFBENCH_DEVICE std::uint32_t rounded(const Colour& v) {
  return round_to_bytes(v.b, v.g, v.r);
}

/// The position of an output pixel in the input.
struct SamplePoint {
  float x, y;
};

/// The terms of a position that the pixels of a column, or of a row, share.
FFBENCH_DEVICE SamplePoint column_terms(const Map& map, int x) {
  const float fx = static_cast<float>(x);
  return {multiply(map.xx, fx), multiply(map.yx, fx)};
}
FFBENCH_DEVICE SamplePoint row_terms(const Map& map, int y) {
  const float fy = static_cast<float>(y);
  return {add(multiply(map.xy, fy), map.xt), add(multiply(map.yy, fy), map.yt)};
}

FFBENCH_DEVICE SamplePoint sum(SamplePoint column, SamplePoint row) {
  return {add(column.x, row.x), add(column.y, row.y)};
}

FFBENCH_DEVICE SamplePoint sample_point(const Map& map, int x, int y) {
  return sum(column_terms(map, x), row_terms(map, y));
}

/// Taps of a sample with replicated border. For a sample on the last column the left tap is the
/// last but one: the weight is then exactly 1, and the lerp of two bytes with weight 1 is exactly
/// the second.
struct ReplicateTaps {
  int x0, y0, y1;
  float wx, wy;
};

FFBENCH_DEVICE ReplicateTaps replicate_taps(SamplePoint at, int width, int height) {
  const float sx = clamp_ordered(at.x, static_cast<float>(width - 1));
  const float sy = clamp_ordered(at.y, static_cast<float>(height - 1));
  int x0 = static_cast<int>(sx);
  x0 = x0 < width - 2 ? x0 : width - 2;
  x0 = x0 > 0 ? x0 : 0;
  const int y0 = static_cast<int>(sy);
  return {x0, y0, y0 + 1 < height ? y0 + 1 : y0, subtract(sx, static_cast<float>(x0)),
          subtract(sy, static_cast<float>(y0))};
}

/// The taps of a pixel of the warp: the pairs of both rows, and the weights, that across times
/// `raise`.
struct WarpTaps {
  PixelPair top;
  PixelPair bottom;
  float raised_wx, wy;
};

FFBENCH_DEVICE WarpTaps load_taps(const Pixels& image, SamplePoint at) {
  const ReplicateTaps taps = replicate_taps(at, image.width, image.height);
  return {load_pair_of(image, taps.x0, taps.y0), load_pair_of(image, taps.x0, taps.y1),
          multiply(taps.wx, raise), taps.wy};
}

FFBENCH_DEVICE Colour sample_replicated(const Pixels& image, SamplePoint at) {
  const WarpTaps taps = load_taps(image, at);
  return bilinear(taps.top, taps.bottom, taps.raised_wx, taps.wy);
}

/// The same as `bilinear` in steps: `across` are step weights, `down` is the weight times
/// `raise_steps`.
FFBENCH_DEVICE Colour bilinear_steps(const PixelPair& top, const PixelPair& bottom, std::uint32_t across,
                                     float down) {
  const std::uint32_t top_bg = choose_bytes(top.low, top.high, 0x4130);
  const std::uint32_t bottom_bg = choose_bytes(bottom.low, bottom.high, 0x4130);
  const std::uint32_t top_r = choose_bytes(top.low, top.high, 0x0052);
  const std::uint32_t bottom_r = choose_bytes(bottom.low, bottom.high, 0x0052);
  return {lerp_of_steps(lerp_steps_low(top_bg, across), lerp_steps_low(bottom_bg, across), down),
          lerp_of_steps(lerp_steps_high(top_bg, across), lerp_steps_high(bottom_bg, across), down),
          lerp_of_steps(lerp_steps_low(top_r, across), lerp_steps_low(bottom_r, across), down)};
}

/// Whether a sample is far enough to the right for steps, and all its taps lie inside the image.
FFBENCH_DEVICE bool in_steps(SamplePoint at, int width, int height) {
  return at.x >= steps_from && at.x < static_cast<float>(width - 1) && at.y >= 0.0F &&
         at.y < static_cast<float>(height - 1);
}

/// NUMERICS.md, "Warp": a pixel of the crop, B in the lowest byte.
FFBENCH_DEVICE std::uint32_t warp_pixel(const Pixels& frame, SamplePoint at) {
  return rounded(sample_replicated(frame, at));
}
FFBENCH_DEVICE std::uint32_t warp_pixel(const Pixels& frame, const Map& crop_to_frame, int x, int y) {
  return warp_pixel(frame, sample_point(crop_to_frame, x, y));
}

/// The same where `in_steps` and the weight across is not 0.
FFBENCH_DEVICE std::uint32_t warp_pixel_steps(const PixelPair& top, const PixelPair& bottom, SamplePoint at,
                                              Floor x, Floor y) {
  return rounded(
      bilinear_steps(top, bottom, step_weights(steps_of(at.x, x)), fraction(at.y, y, raise_steps)));
}

}  // namespace ffbench::cuda
