#pragma once

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/strip.cuh"
#include "kernels/cuda/warp.hpp"

// The warp strip by strip, with taps read from device memory, and its gain statistics.
namespace ffbench::cuda {

/// The words that a pixel reads: three aligned words of two rows each, and the number of bits
/// before its first byte, modulo 32.
struct Words {
  std::uint32_t top[3];
  std::uint32_t bottom[3];
  unsigned shift;

  __device__ PixelPair pair(const std::uint32_t (&words)[3]) const {
    return {shift_pair(words[0], words[1], shift), shift_pair(words[1], words[2], shift)};
  }
};

/// Reads pixels at byte offsets of 32 bits.
class Reader {
 public:
  __device__ explicit Reader(const Pixels& image)
      : words_(reinterpret_cast<const std::uint32_t*>(reinterpret_cast<std::uintptr_t>(image.data) &
                                                      ~std::uintptr_t{3})),
        stride_(static_cast<unsigned>(image.stride)),
        start_(static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(image.data) & 3U) -
               floor_bias * (static_cast<unsigned>(image.stride) + 3U)) {}

  /// Whether 32 bits are enough, and all rows begin at the same byte of a word.
  static __device__ bool suits(const Pixels& image) {
    return image.stride > 0 && image.stride <= (1 << 17) && (image.stride & 3) == 0 &&
           image.height <= (1 << 15);
  }

  __device__ unsigned offset(Floor x, Floor y) const {
    return bits_of(y.biased) * stride_ + bits_of(x.biased) * 3U + start_;
  }

  __device__ Words read(Floor x, Floor y) const { return read(offset(x, y)); }
  __device__ Words read(unsigned offset) const {
    const std::uint32_t* top = as_global(words_ + (offset >> 2));
    const std::uint32_t* bottom = as_global(top + (stride_ >> 2));
    return {{top[0], top[1], top[2]}, {bottom[0], bottom[1], bottom[2]}, 8 * offset};
  }

 private:
  const std::uint32_t* words_;
  unsigned stride_;
  unsigned start_;
};

/// The pixels of a crop that the gain statistics sum: every second one of its middle half.
struct StatisticsGrid {
  int left, right, top, bottom;

  __device__ StatisticsGrid(int width, int height)
      : left(width / 4), right(width - width / 4), top(height / 4), bottom(height - height / 4) {}
  __device__ bool any(int x, int y, int tile_width, int tile_height) const {
    return x < right && x + tile_width > left && y < bottom && y + tile_height > top;
  }
  __device__ bool row(int y) const { return y >= top && y < bottom && ((y - top) & 1) == 0; }
  __device__ bool column(int x) const { return x >= left && x < right && ((x - left) & 1) == 0; }
};

/// Sums of linear light, of a thread.
struct LinearSums {
  unsigned b = 0;
  unsigned g = 0;
  unsigned r = 0;

  __device__ void add(std::uint32_t pixel, const std::uint16_t* linear) {
    b += linear[byte_of(pixel, 0)];
    g += linear[byte_of(pixel, 1)];
    r += linear[byte_of(pixel, 2)];
  }
  /// Adds every second of four pixels from column x on.
  __device__ void add(const uint4& pixels, const StatisticsGrid& grid, int x, const std::uint16_t* linear) {
    const bool odd = ((x - grid.left) & 1) != 0;
    x += odd ? 1 : 0;
    if (x >= grid.left && x < grid.right) {
      add(odd ? pixels.y : pixels.x, linear);
    }
    if (x + 2 >= grid.left && x + 2 < grid.right) {
      add(odd ? pixels.w : pixels.z, linear);
    }
  }
  /// Adds the sums of a warp to `to`, three sums in memory.
  template <typename Sum>
  __device__ void add_to(Sum* to) const {
    const unsigned sums[3] = {warp_sum(b), warp_sum(g), warp_sum(r)};
#pragma unroll
    for (unsigned k = 0; k < 3; ++k) {
      if ((threadIdx.x & 31U) == k && sums[k] != 0) {
        atomicAdd(to + k, static_cast<Sum>(sums[k]));
      }
    }
  }
};

/// Warps a strip of the crop wherever it lies in the frame.
__device__ inline void warp_anywhere(const Pixels& frame, const Samples& samples, const Exchange& exchange) {
#pragma unroll
  for (int row = 0; row < 2; ++row) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      exchange.own(row, half) = warp_pixel(frame, samples.at(row, half));
    }
  }
}

/// Tap offsets and weights of a strip whose samples are all `in_steps`. Computing them reads no
/// pixel, so it precedes the wait for the previous kernel.
class PlacedWarp {
 public:
  __device__ PlacedWarp(const Reader& reader, const Samples& samples) {
    bool usable = true;
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const SamplePoint at = samples.at(row, half);
        const Floor x = floor_of(at.x);
        const Floor y = floor_of(at.y);
        const std::uint32_t steps = steps_of(at.x, x);
        offsets_[row][half] = reader.offset(x, y);
        across_[row][half] = step_weights(steps);
        down_[row][half] = fraction(at.y, y, raise_steps);
        usable &= steps != 0;
      }
    }
    usable_ = __all_sync(all_lanes, usable);
  }

  /// False where a weight is 0, which steps cannot express.
  __device__ bool usable() const {
    return usable_;
  }

  /// Loads everything before it uses any of it.
  __device__ void warp(const Reader& reader, const Exchange& exchange) const {
    Words words[2][2];
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        words[row][half] = reader.read(offsets_[row][half]);
      }
    }
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const Words& w = words[row][half];
        exchange.own(row, half) =
            rounded(bilinear_steps(w.pair(w.top), w.pair(w.bottom), across_[row][half], down_[row][half]));
      }
    }
  }

 private:
  unsigned offsets_[2][2];
  std::uint32_t across_[2][2];
  float down_[2][2];
  bool usable_;
};

}  // namespace ffbench::cuda
