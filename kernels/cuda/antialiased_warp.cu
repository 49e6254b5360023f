#include "kernels/cuda/antialias_pixel.hpp"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch_check.hpp"

namespace ffbench::cuda {
namespace {

constexpr int warps = 8;

/// `Columns` neighbouring BGR pixels, B of the first in the lowest byte of the first word. Reads the aligned pairs of words that
/// hold them and nothing else.
template <int Columns>
struct Span {
  static constexpr int bytes = 3 * Columns;
  static constexpr int words = (bytes + 3) / 4;
  /// Pairs that the bytes can lie in, wherever they begin.
  static constexpr int pairs = (bytes + 7 + 7) / 8;
  std::uint32_t word[words];

  __device__ __forceinline__ void load(const std::uint8_t* at) {
    const auto address = reinterpret_cast<std::uintptr_t>(at);
    const auto* from = reinterpret_cast<const uint2*>(address & ~std::uintptr_t{7});
    const unsigned offset = static_cast<unsigned>(address & 7);
    const unsigned last = (offset + bytes - 1) / 8;
    std::uint32_t raw[2 * pairs];
#pragma unroll
    for (int i = 0; i < pairs; ++i) {
      // All but the last pair are needed wherever the bytes begin.
      const uint2 pair = from[i < pairs - 1 ? i : last];
      raw[2 * i] = pair.x;
      raw[2 * i + 1] = pair.y;
    }
    const bool odd = offset >= 4;
#pragma unroll
    for (int i = 0; i < words; ++i) {
      const std::uint32_t low = odd ? raw[i + 1] : raw[i];
      const std::uint32_t high = odd ? raw[i + 2 < 2 * pairs ? i + 2 : i + 1] : raw[i + 1];
      word[i] = shift_pair(low, high, 8 * (offset & 3));
    }
  }
  /// A 256th of byte `k`.
  __device__ __forceinline__ float part(int k) const {
    return byte_part(word[k / 4], k % 4);
  }
};

/// The weights of up to eight taps, read at once: phases, and so rows of weights, differ from lane to lane.
struct EightWeights {
  __device__ __forceinline__ explicit EightWeights(const std::uint16_t* row)
      : pairs(*reinterpret_cast<const uint4*>(row)) {}
  __device__ __forceinline__ std::uint16_t operator[](int i) const {
    const std::uint32_t pair = i < 2 ? pairs.x : i < 4 ? pairs.y : i < 6 ? pairs.z : pairs.w;
    return static_cast<std::uint16_t>(pair >> (16 * (i & 1)));
  }
  uint4 pairs;
};

/// The sums of a pixel whose taps all lie inside the frame. `Rows`: of the taps down, 0 where only the item knows.
template <int Columns, int Rows, typename Weights>
__device__ __forceinline__ ColourSums inner_sums(const Pixels& frame, const TapPlace& columns, int blocks,
                                                 int taps_across, const TapPlace& rows, int taps_down) {
  ColourSums sums = begin_sums(taps_across);
  const Weights across(columns.weights);
  const Weights down(rows.weights);
  const int count = Rows > 0 ? Rows : taps_down;
  constexpr int unrolled = Rows > 0 ? Rows : 2;
  for (int block = 0; block < blocks; ++block) {
    const std::uint8_t* at =
        frame.row(rows.first) + 3 * static_cast<std::int64_t>(columns.first + block * Columns);
    ColourSums column[Columns];
#pragma unroll
    for (int i = 0; i < Columns; ++i) {
      column[i] = begin_sums(taps_down);
    }
#pragma unroll unrolled
    for (int j = 0; j < count; ++j, at += frame.stride) {
      Span<Columns> span;
      span.load(at);
      const float weight = weight_of(down[j]);
#pragma unroll
      for (int i = 0; i < Columns; ++i) {
        add_to_column(column[i], span.part(3 * i), span.part(3 * i + 1), span.part(3 * i + 2), weight);
      }
    }
#pragma unroll
    for (int i = 0; i < Columns; ++i) {
      add_column(sums, column[i], across[block * Columns + i]);
    }
  }
  return sums;
}

template <int Columns>
__device__ __forceinline__ std::uint32_t inner_pixel(const Pixels& frame, const AntialiasTaps& across,
                                                     const TapPlace& columns, const AntialiasTaps& down,
                                                     const TapPlace& rows) {
  // Taps are as many down as across where the map is a similarity.
  const bool square = across.taps == Columns && down.taps == Columns;
  return rounded(square
                     ? inner_sums<Columns, Columns, EightWeights>(frame, columns, 1, Columns, rows, Columns)
                     : inner_sums<Columns, 0, const std::uint16_t*>(
                           frame, columns, antialias_blocks(across.taps), across.taps, rows, down.taps));
}

__device__ __forceinline__ std::uint32_t cut_out(const WarpItem& item, int x, int y) {
  if (item.across.taps == 0) {
    return warp_pixel(item.frame, item.crop_to_frame, x, y);
  }
  const SamplePoint at = sample_point(item.crop_to_frame, x, y);
  const TapPlace columns = place_taps(item.across, at.x, item.frame.width);
  const TapPlace rows = place_taps(item.down, at.y, item.frame.height);
  const bool inside = columns.first >= 0 && rows.first >= 0 &&
                      columns.first + antialias_reach(item.across.taps) <= item.frame.width &&
                      rows.first + item.down.taps <= item.frame.height;
  if (!inside) {
    return antialiased_pixel(item.frame, item.crop_to_frame, item.across, item.down, x, y);
  }
  switch (antialias_columns(item.across.taps)) {
    case 3:
      return inner_pixel<3>(item.frame, item.across, columns, item.down, rows);
    case 4:
      return inner_pixel<4>(item.frame, item.across, columns, item.down, rows);
    default:
      return inner_pixel<5>(item.frame, item.across, columns, item.down, rows);
  }
}

template <bool Statistics>
__global__ void __launch_bounds__(32 * warps)
    antialiased_warp_kernel(const WarpItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  __shared__ unsigned sums[3];
  const WarpItem item = items[blockIdx.z];
  const int lane = threadIdx.x & 31;
  const int x = blockIdx.x * 32 + lane;
  const int y = blockIdx.y * warps + threadIdx.x / 32;
  const int width = item.crop.width;
  const int height = item.crop.height;
  if (Statistics) {
    if (threadIdx.x < 3) {
      sums[threadIdx.x] = 0;
    }
    __syncthreads();
  }
  if (blockIdx.x * 32 >= width || blockIdx.y * warps >= height) {
    return;
  }
  // Lanes and warps behind the border compute what nobody stores.
  const std::uint32_t pixel = cut_out(item, min(x, width - 1), min(y, height - 1));
  const bool active = x < width && y < height;
  store_pixels(item.crop.row(min(y, height - 1)) + 3 * static_cast<std::int64_t>(x - lane), pixel, active);
  if (Statistics) {
    const int from_x = x - width / 4;
    const int from_y = y - height / 4;
    const bool counts = from_x >= 0 && from_y >= 0 && x < width - width / 4 && y < height - height / 4 &&
                        ((from_x | from_y) & 1) == 0;
    const unsigned b = warp_sum(counts ? linear[pixel & 0xffU] : 0U);
    const unsigned g = warp_sum(counts ? linear[(pixel >> 8) & 0xffU] : 0U);
    const unsigned r = warp_sum(counts ? linear[(pixel >> 16) & 0xffU] : 0U);
    if (lane == 0 && (b | g | r) != 0) {
      atomicAdd(&sums[0], b);
      atomicAdd(&sums[1], g);
      atomicAdd(&sums[2], r);
    }
    __syncthreads();
    if (threadIdx.x < 3 && sums[threadIdx.x] != 0) {
      atomicAdd(item.sums + threadIdx.x, static_cast<unsigned long long>(sums[threadIdx.x]));
    }
  }
}

}  // namespace

void antialiased_warp(const WarpItem* items, int count, int width, int height, bool statistics,
                      const LightPointers& light, StreamHandle stream) {
  const dim3 grid((width + 31) / 32, (height + warps - 1) / warps, count);
  const auto kernel = statistics ? antialiased_warp_kernel<true> : antialiased_warp_kernel<false>;
  kernel<<<grid, 32 * warps, 0, stream>>>(items, light.linear);
  check_launch("antialiased_warp");
}

}  // namespace ffbench::cuda
