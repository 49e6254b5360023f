#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch_check.hpp"

namespace ffbench::cuda {
namespace {

constexpr int warps = 8;
/// A warp does 32 pixels of a few rows, so that neighbouring lanes read neighbouring pixels. All that is read is asked for
/// before any of it is used.
template <bool Statistics, int Rows>
__global__ void __launch_bounds__(32 * warps)
    warp_kernel(const WarpItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  __shared__ unsigned sums[3];
  const WarpItem item = items[blockIdx.z];
  const int lane = threadIdx.x & 31;
  const int x = blockIdx.x * 32 + lane;
  constexpr int block_rows = warps * Rows;
  const int y0 = blockIdx.y * block_rows + (threadIdx.x / 32) * Rows;
  const int width = item.crop.width;
  const int height = item.crop.height;
  if (Statistics) {
    if (threadIdx.x < 3) {
      sums[threadIdx.x] = 0;
    }
    __syncthreads();
  }
  if (blockIdx.x * 32 >= width || blockIdx.y * block_rows >= height) {
    return;
  }
  unsigned b = 0;
  unsigned g = 0;
  unsigned r = 0;
  // x is that of the last column where the lane has none: it computes what nobody stores.
  const int column = x < width ? x : width - 1;
  WarpTaps taps[Rows];
#pragma unroll
  for (int i = 0; i < Rows; ++i) {
    taps[i] = load_taps(item.frame, sample_point(item.crop_to_frame, column, min(y0 + i, height - 1)));
  }
#pragma unroll
  for (int i = 0; i < Rows; ++i) {
    const int y = y0 + i;
    const std::uint32_t pixel = rounded(bilinear(taps[i].top, taps[i].bottom, taps[i].wx, taps[i].wy));
    store_pixels(item.crop.row(y) + 3 * static_cast<std::int64_t>(x - lane), pixel, x < width && y < height);
    if (Statistics) {
      const int from_x = x - width / 4;
      const int from_y = y - height / 4;
      if (from_x >= 0 && from_y >= 0 && x < width - width / 4 && y < height - height / 4 &&
          ((from_x | from_y) & 1) == 0) {
        b += linear[pixel & 0xffU];
        g += linear[(pixel >> 8) & 0xffU];
        r += linear[(pixel >> 16) & 0xffU];
      }
    }
  }
  if (Statistics) {
    b = warp_sum(b);
    g = warp_sum(g);
    r = warp_sum(r);
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

void warp(const WarpItem* items, int count, int width, int height, bool statistics,
          const LightPointers& light, StreamHandle stream) {
  // Few items: as many warps as there are rows for. Many: less to set up a row.
  const int rows = count < 4 ? 2 : 4;
  const dim3 grid((width + 31) / 32, (height + warps * rows - 1) / (warps * rows), count);
  const auto kernel = statistics ? (rows == 2 ? warp_kernel<true, 2> : warp_kernel<true, 4>)
                                 : (rows == 2 ? warp_kernel<false, 2> : warp_kernel<false, 4>);
  kernel<<<grid, 32 * warps, 0, stream>>>(items, light.linear);
  check_launch("warp");
}

}  // namespace ffbench::cuda
