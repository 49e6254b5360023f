#pragma once

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/pixels.hpp"

// How a warp reads and writes 64 x 2 BGR pixels: lane l computes those of columns l and l + 32 of both rows, but loads and stores four
// neighbouring ones, which are three words. The pixels change hands in shared memory.
namespace ffbench::cuda {

inline constexpr int piece_width = 64;
inline constexpr int piece_height = 2;
inline constexpr int piece_pixels = piece_width * piece_height;

/// What a lane loads and stores of a piece: pixels x to x + 3 of row y. Columns before `begin`, from `end` on and rows from `bottom` on are
/// neither read nor written.
struct Quad {
  std::uint8_t* at;
  int first;  ///< of its four pixels, those from `first` to before `last` are inside
  int last;
  bool words;  ///< all four are, and they are whole words in every row
  bool below;  ///< the row is not

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
  /// The piece now begins at row y.
  __device__ void move_to(int y, int bottom) {
    below = y + static_cast<int>(threadIdx.x & 31U) / 16 >= bottom;
  }
  __device__ void move_down(std::int64_t stride) { at += piece_height * stride; }
};

/// Four pixels, three bytes each; top bytes are undefined.
__device__ __forceinline__ uint4 load_quad(const Quad& quad) {
  if (quad.words && !quad.below) {
    const auto* words = reinterpret_cast<const std::uint32_t*>(in_memory(quad.at));
    const std::uint32_t a = words[0];
    const std::uint32_t b = words[1];
    const std::uint32_t c = words[2];
    return {a, __byte_perm(a, b, 0x0543), __byte_perm(b, c, 0x0432), c >> 8};
  }
  std::uint32_t pixels[4] = {};
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    if (k >= quad.first && k < quad.last && !quad.below) {
      const std::uint8_t* p = in_memory(quad.at) + 3 * k;
      pixels[k] = p[0] | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16;
    }
  }
  return {pixels[0], pixels[1], pixels[2], pixels[3]};
}

/// Four pixels in three words, or those from `first` to before `last` byte by byte.
__device__ __forceinline__ void store_four(std::uint8_t* to, uint4 p, int first, int last, bool words) {
  if (words) {
    auto* out = reinterpret_cast<std::uint32_t*>(in_memory(to));
    out[0] = __byte_perm(p.x, p.y, 0x4210);
    out[1] = __byte_perm(p.y, p.z, 0x5421);
    out[2] = __byte_perm(p.z, p.w, 0x6542);
    return;
  }
  const std::uint32_t pixels[4] = {p.x, p.y, p.z, p.w};
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    if (k >= first && k < last) {
      std::uint8_t* pixel = in_memory(to) + 3 * k;
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

/// Where the pixels that a lane computes lie in the image that is read.
struct Samples {
  SamplePoint columns[2];
  SamplePoint rows[2];

  /// `row` and `half` as in `Exchange::own`.
  __device__ SamplePoint at(int row, int half) const { return sum(columns[half], rows[row]); }
};

/// A warp's pixels in shared memory.
struct Exchange {
  std::uint32_t* pixels;  ///< `piece_pixels`

  /// The pixel that this lane computes: `row` 0 or 1, `half` 0 for column l, 1 for l + 32.
  __device__ std::uint32_t& own(int row, int half) const {
    return pixels[piece_width * row + 32 * half + (threadIdx.x & 31U)];
  }
  /// The four that it loads and stores.
  __device__ uint4& quad() const { return reinterpret_cast<uint4*>(pixels)[threadIdx.x & 31U]; }
};

}  // namespace ffbench::cuda
