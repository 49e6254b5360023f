#pragma once

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/pixels.hpp"

// A strip is the 64 x 2 BGR pixels that a warp of threads does at a time. Lane l computes the
// pixels of columns l and l + 32 of both rows, but loads and stores four neighbouring pixels, which
// are three words. The lanes exchange pixels through shared memory.
namespace ffbench::cuda {

inline constexpr int strip_width = 64;
inline constexpr int strip_height = 2;
inline constexpr int strip_pixels = strip_width * strip_height;

/// The four pixels of a strip that a lane loads and stores. Columns before `begin`, columns from
/// `end` on and rows from `bottom` on are neither read nor written.
struct Quad {
  std::uint8_t* at;
  int first;  ///< of the four pixels, [first, last) are inside
  int last;
  bool words;  ///< all four are inside, and they are whole words in every row
  bool below;  ///< the row is outside

  __device__ Quad(const Pixels& image, int x, int y, int begin, int end, int bottom)
      : Quad(image, x, y, begin, end) {
    move_to(y, bottom);
  }
  __device__ Quad(const Pixels& image, int x, int y, int begin, int end) : below(false) {
    const int lane = static_cast<int>(threadIdx.x & 31U);
    x += 4 * (lane & 15);
    at = image.data + (y + lane / 16) * image.stride + 3 * static_cast<std::int64_t>(x);
    first = max(begin - x, 0);
    last = min(end - x, 4);
    words = first == 0 && last == 4 &&
            ((reinterpret_cast<std::uintptr_t>(at) | static_cast<std::uintptr_t>(image.stride)) & 3U) == 0;
  }
  /// Lets the strip begin at row y.
  __device__ void move_to(int y, int bottom) {
    below = y + static_cast<int>(threadIdx.x & 31U) / 16 >= bottom;
  }
  __device__ void move_down(std::int64_t stride) { at += strip_height * stride; }
};

/// Four pixels, one a word; top bytes are undefined.
__device__ __forceinline__ uint4 load_quad(const Quad& quad) {
  if (quad.words && !quad.below) {
    const auto* words = reinterpret_cast<const std::uint32_t*>(as_global(quad.at));
    const std::uint32_t a = words[0];
    const std::uint32_t b = words[1];
    const std::uint32_t c = words[2];
    return {a, __byte_perm(a, b, 0x0543), __byte_perm(b, c, 0x0432), c >> 8};
  }
  std::uint32_t pixels[4] = {};
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    if (k >= quad.first && k < quad.last && !quad.below) {
      const std::uint8_t* p = as_global(quad.at) + 3 * k;
      pixels[k] = p[0] | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16;
    }
  }
  return {pixels[0], pixels[1], pixels[2], pixels[3]};
}

/// Stores four pixels as three words, or pixels [first, last) byte by byte.
__device__ __forceinline__ void store_four(std::uint8_t* to, uint4 p, int first, int last, bool words) {
  if (words) {
    auto* out = reinterpret_cast<std::uint32_t*>(as_global(to));
    out[0] = __byte_perm(p.x, p.y, 0x4210);
    out[1] = __byte_perm(p.y, p.z, 0x5421);
    out[2] = __byte_perm(p.z, p.w, 0x6542);
    return;
  }
  const std::uint32_t pixels[4] = {p.x, p.y, p.z, p.w};
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    if (k >= first && k < last) {
      std::uint8_t* pixel = as_global(to) + 3 * k;
      pixel[0] = static_cast<std::uint8_t>(pixels[k]);
      pixel[1] = static_cast<std::uint8_t>(pixels[k] >> 8);
      pixel[2] = static_cast<std::uint8_t>(pixels[k] >> 16);
    }
  }
}

__device__ __forceinline__ void store_quad(const Quad& quad, uint4 p) {
  if (!quad.below) {
    store_four(quad.at, p, quad.first, quad.last, quad.words);
  }
}

/// The positions of a lane's pixels in the image that is read.
struct Samples {
  SamplePoint columns[2];
  SamplePoint rows[2];

  /// `row` and `half` as in `Exchange::own`.
  __device__ SamplePoint at(int row, int half) const { return sum(columns[half], rows[row]); }
};

/// The pixels of a strip in shared memory.
struct Exchange {
  std::uint32_t* pixels;  ///< `strip_pixels`

  /// A pixel that this lane computes: `row` 0 or 1, `half` 0 for column l and 1 for l + 32.
  __device__ std::uint32_t& own(int row, int half) const {
    return pixels[strip_width * row + 32 * half + (threadIdx.x & 31U)];
  }
  /// The four pixels that it loads and stores.
  __device__ uint4& quad() const { return reinterpret_cast<uint4*>(pixels)[threadIdx.x & 31U]; }
};

}  // namespace ffbench::cuda
