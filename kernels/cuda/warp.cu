#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/exchange.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

/// What a pixel reads: three aligned words of two rows, and by how many bits its first byte lies in them (modulo 32).
struct Words {
  std::uint32_t top[3];
  std::uint32_t bottom[3];
  unsigned shift;

  __device__ PixelPair pair(const std::uint32_t (&words)[3]) const {
    return {shift_pair(words[0], words[1], shift & 31U), shift_pair(words[1], words[2], shift & 31U)};
  }
};

/// Reads pixels by their byte offset, which has 32 bits.
class Reader {
 public:
  __device__ explicit Reader(const Pixels& image)
      : words_(reinterpret_cast<const std::uint32_t*>(reinterpret_cast<std::uintptr_t>(image.data) &
                                                      ~std::uintptr_t{3})),
        stride_(static_cast<unsigned>(image.stride)),
        start_(static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(image.data) & 3U) -
               floor_bias * (static_cast<unsigned>(image.stride) + 3U)) {}

  /// 32 bits are enough, and all rows begin at the same byte of a word.
  static __device__ bool suits(const Pixels& image) {
    return image.stride > 0 && image.stride <= (1 << 17) && (image.stride & 3) == 0 &&
           image.height <= (1 << 15);
  }

  __device__ Words read(Floor x, Floor y) const {
    const unsigned offset = bits_of(y.biased) * stride_ + bits_of(x.biased) * 3U + start_;
    const std::uint32_t* top = words_ + (offset >> 2);
    const std::uint32_t* bottom = top + (stride_ >> 2);
    return {{top[0], top[1], top[2]}, {bottom[0], bottom[1], bottom[2]}, 8 * offset};
  }

 private:
  const std::uint32_t* words_;
  unsigned stride_;
  unsigned start_;
};

/// Columns and rows of the crop that count for the gain statistics.
struct Counted {
  int left, right, top, bottom;

  __device__ Counted(int width, int height)
      : left(width / 4), right(width - width / 4), top(height / 4), bottom(height - height / 4) {}
  __device__ bool any(int x, int y, int tile_width, int tile_height) const {
    return x < right && x + tile_width > left && y < bottom && y + tile_height > top;
  }
  __device__ bool row(int y) const { return y >= top && y < bottom && ((y - top) & 1) == 0; }
};

struct Sums {
  unsigned b = 0;
  unsigned g = 0;
  unsigned r = 0;

  __device__ void add(std::uint32_t pixel, const std::uint16_t* light) {
    b += light[byte_of(pixel, 0)];
    g += light[byte_of(pixel, 1)];
    r += light[byte_of(pixel, 2)];
  }
  /// Of four pixels from column x on, every second counts.
  __device__ void add(const uint4& pixels, const Counted& counted, int x, const std::uint16_t* light) {
    const bool odd = ((x - counted.left) & 1) != 0;
    x += odd ? 1 : 0;
    if (x >= counted.left && x < counted.right) {
      add(odd ? pixels.y : pixels.x, light);
    }
    if (x + 2 >= counted.left && x + 2 < counted.right) {
      add(odd ? pixels.w : pixels.z, light);
    }
  }
};

/// A warp's 64 x 2 pixels of the crop. All that they read is asked for before any of it is used. Columns and rows beyond the crop compute
/// what its last ones do, and nobody stores it.
struct Piece {
  SamplePoint columns[2];
  SamplePoint rows[2];

  __device__ SamplePoint at(int row, int half) const { return sum(columns[half], rows[row]); }

  /// False where a weight is 0, for which there are no steps.
  __device__ bool by_steps(const Reader& reader, const Exchange& exchange) const {
    Words words[2][2];
    bool usable = true;
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const SamplePoint p = at(row, half);
        words[row][half] = reader.read(floor_of(p.x), floor_of(p.y));
        usable &= steps_of(p.x, floor_of(p.x)) != 0;
      }
    }
    if (!__all_sync(all_lanes, usable)) {
      return false;
    }
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const SamplePoint p = at(row, half);
        const Words& w = words[row][half];
        exchange.own(row, half) =
            warp_pixel_steps(w.pair(w.top), w.pair(w.bottom), p, floor_of(p.x), floor_of(p.y));
      }
    }
    return true;
  }

  __device__ void anywhere(const Pixels& frame, const Exchange& exchange) const {
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        exchange.own(row, half) = warp_pixel(frame, at(row, half));
      }
    }
  }
};

template <bool Statistics, int Warps, int Pieces>
__global__ void __launch_bounds__(32 * Warps)
    warp_kernel(const WarpItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  constexpr int tile_height = Warps * Pieces * piece_height;
  __shared__ uint4 room[32 * Warps];
  __shared__ unsigned block_sums[3];
  __shared__ std::uint16_t light[256];
  WarpItem item = fetch(items + blockIdx.z);
  if (Statistics) {
    for (int i = static_cast<int>(threadIdx.x); i < 256; i += 32 * Warps) {
      light[i] = linear[i];
    }
  }
  wait_for_previous();
  item.frame.data = in_memory(item.frame.data);
  item.crop.data = in_memory(item.crop.data);
  const int width = item.crop.width;
  const int height = item.crop.height;
  const int tile_x = static_cast<int>(blockIdx.x) * piece_width;
  const int tile_y = static_cast<int>(blockIdx.y) * tile_height;
  if (tile_x >= width || tile_y >= height) {
    return;
  }
  const auto column = [&](int x) { return column_part(item.crop_to_frame, min(x, width - 1)); };
  const auto row = [&](int y) { return row_part(item.crop_to_frame, min(y, height - 1)); };
  // Sample positions as rounded are monotone along rows and columns: the corners of the tile limit them.
  bool vote = true;
  if (threadIdx.x < 4) {
    const SamplePoint corner = sum(column(tile_x + (threadIdx.x & 1U) * (piece_width - 1)),
                                   row(tile_y + (threadIdx.x >> 1) * (tile_height - 1)));
    vote = in_steps(corner, item.frame.width, item.frame.height) && Reader::suits(item.frame);
  }
  if (Statistics && threadIdx.x < 3) {
    block_sums[threadIdx.x] = 0;
  }
  const bool steps = __syncthreads_and(vote);

  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int warp = static_cast<int>(threadIdx.x / 32);
  const Exchange exchange{reinterpret_cast<std::uint32_t*>(room) + warp * piece_pixels};
  int y = tile_y + warp * Pieces * piece_height;
  Piece piece{{column(tile_x + lane), column(tile_x + lane + 32)}, {}};
  const Reader reader(item.frame);
  Quad quad(item.crop, tile_x, y, 0, width);
  const Counted counted(width, height);
  const bool counts = Statistics && counted.any(tile_x, tile_y, piece_width, tile_height);
  Sums sums;
#pragma unroll 1
  for (int i = 0; i < Pieces && y < height; ++i, y += piece_height, quad.move_down(item.crop.stride)) {
    piece.rows[0] = row(y);
    piece.rows[1] = row(y + 1);
    if (!steps || !piece.by_steps(reader, exchange)) {
      piece.anywhere(item.frame, exchange);
    }
    __syncwarp();
    const uint4 pixels = exchange.quad();
    quad.move_to(y, height);
    store_quad(quad, pixels);
    if (counts && counted.row(y + lane / 16)) {
      sums.add(pixels, counted, tile_x + 4 * (lane & 15), light);
    }
    __syncwarp();
  }
  if (counts) {
    const unsigned b = warp_sum(sums.b);
    const unsigned g = warp_sum(sums.g);
    const unsigned r = warp_sum(sums.r);
    if (lane == 0 && (b | g | r) != 0) {
      atomicAdd(&block_sums[0], b);
      atomicAdd(&block_sums[1], g);
      atomicAdd(&block_sums[2], r);
    }
    __syncthreads();
    if (threadIdx.x < 3 && block_sums[threadIdx.x] != 0) {
      atomicAdd(in_memory(item.sums) + threadIdx.x, static_cast<unsigned long long>(block_sums[threadIdx.x]));
    }
  }
}

template <bool Statistics, int Warps, int Pieces>
void launch_warp(const WarpItem* items, int count, int width, int height, const LightPointers& light,
                 StreamHandle stream) {
  constexpr int tile_height = Warps * Pieces * piece_height;
  const dim3 grid((width + piece_width - 1) / piece_width, (height + tile_height - 1) / tile_height, count);
  launch("warp", warp_kernel<Statistics, Warps, Pieces>, grid, 32 * Warps, 0, stream, items, light.linear);
}

}  // namespace

void warp(const WarpItem* items, int count, int width, int height, bool statistics,
          const LightPointers& light, StreamHandle stream) {
  // Few items: as many warps as there are pieces. Many: less to set up a pixel.
  const auto start = count < 4 ? (statistics ? launch_warp<true, 8, 1> : launch_warp<false, 8, 1>)
                               : (statistics ? launch_warp<true, 4, 4> : launch_warp<false, 4, 4>);
  start(items, count, width, height, light, stream);
}

}  // namespace ffbench::cuda
