#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/warp.hpp"
#include "kernels/cuda/warp_staged.hpp"
#include "kernels/cuda/warp_strip.cuh"

namespace ffbench::cuda {
namespace {

/// A block of `Warps` warps warps a tile of the crop; each warp does `Strips` strips, one below the
/// other.
template <bool Statistics, int Warps, int Strips>
__global__ void __launch_bounds__(32 * Warps)
    warp_kernel(const WarpItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  constexpr int tile_height = Warps * Strips * strip_height;
  __shared__ uint4 room[32 * Warps];
  __shared__ unsigned block_sums[3];
  WarpItem item = fetch(items + blockIdx.z);
  item.frame.data = as_global(item.frame.data);
  item.crop.data = as_global(item.crop.data);
  const int width = item.crop.width;
  const int height = item.crop.height;
  const int tile_x = static_cast<int>(blockIdx.x) * strip_width;
  const int tile_y = static_cast<int>(blockIdx.y) * tile_height;
  if (tile_x >= width || tile_y >= height) {
    wait_for_previous();
    return;
  }
  const auto column = [&](int x) { return column_terms(item.crop_to_frame, min(x, width - 1)); };
  const auto row = [&](int y) { return row_terms(item.crop_to_frame, min(y, height - 1)); };
  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int warp = static_cast<int>(threadIdx.x / 32);
  int y = tile_y + warp * Strips * strip_height;
  // Rounded sample positions are monotone along rows and columns, so those of the corners bound
  // them.
  const SamplePoint corner = sum(column(tile_x + (lane & 1) * (strip_width - 1)),
                                 row(y + ((lane >> 1) & 1) * (Strips * strip_height - 1)));
  const bool steps = Reader::suits(item.frame) &&
                     __all_sync(all_lanes, in_steps(corner, item.frame.width, item.frame.height));
  const Exchange exchange{reinterpret_cast<std::uint32_t*>(room) + warp * strip_pixels};
  // Columns and rows beyond the crop compute the last ones again, and are not stored.
  Samples samples{{column(tile_x + lane), column(tile_x + lane + 32)}, {}};
  const Reader reader(item.frame);
  Quad quad(item.crop, tile_x, y, 0, width);
  const StatisticsGrid grid(width, height);
  const bool counts = Statistics && grid.any(tile_x, tile_y, strip_width, tile_height);
  if (counts) {
    if (threadIdx.x < 3) {
      block_sums[threadIdx.x] = 0;
    }
    __syncthreads();
  }
  LinearSums sums;
  const auto place = [&](auto then) {
    samples.rows[0] = row(y);
    samples.rows[1] = row(y + 1);
    if (steps) {
      const PlacedWarp placed(reader, samples);
      if (placed.usable()) {
        then([&] { placed.warp(reader, exchange); });
        return;
      }
    }
    then([&] { warp_anywhere(item.frame, samples, exchange); });
  };
  const auto finish = [&](auto warp) {
    warp();
    __syncwarp();
    const uint4 pixels = exchange.quad();
    quad.move_to(y, height);
    store_quad(quad, pixels);
    if (counts && grid.row(y + lane / 16)) {
      sums.add(pixels, grid, tile_x + 4 * (lane & 15), linear);
    }
  };
  if constexpr (Strips == 1) {
    place([&](auto warp) {
      wait_for_previous();
      if (y < height) {
        finish(warp);
      }
    });
  } else {
    wait_for_previous();
#pragma unroll 1
    for (int i = 0; i < Strips && y < height; ++i, y += strip_height, quad.move_down(item.crop.stride)) {
      place(finish);
      __syncwarp();
    }
  }
  if (counts) {
    sums.add_to(block_sums);
    __syncthreads();
    if (threadIdx.x < 3 && block_sums[threadIdx.x] != 0) {
      atomicAdd(as_global(item.sums) + threadIdx.x, static_cast<unsigned long long>(block_sums[threadIdx.x]));
    }
  }
}

template <bool Statistics, int Warps, int Strips>
const Kernel warp_strips{"warp", kernel_name("warp_kernel", {Statistics, Warps, Strips}),
                         warp_kernel<Statistics, Warps, Strips>};

template <bool Statistics, int Warps, int Strips>
void launch_warp(const WarpItem* items, int count, int width, int height,
                 const LinearLightPointers& linear_light, StreamHandle stream) {
  constexpr int tile_height = Warps * Strips * strip_height;
  const dim3 grid((width + strip_width - 1) / strip_width, (height + tile_height - 1) / tile_height, count);
  warp_strips<Statistics, Warps, Strips>(grid, 32 * Warps, 0, stream, items, linear_light.linear);
}

}  // namespace

void warp(const WarpItem* items, int count, int width, int height, bool statistics,
          const LinearLightPointers& linear_light, StreamHandle stream) {
  // Few items: one warp a strip keeps the device busy. Many items: several strips a warp share the
  // set-up.
  constexpr int many = 16;
  if (count >= many && current_device().compute_major >= 8) {
    warp_staged(items, count, width, height, statistics, linear_light, stream);
    return;
  }
  const auto start = count < 4 ? (statistics ? launch_warp<true, 4, 1> : launch_warp<false, 2, 1>)
                               : (statistics ? launch_warp<true, 4, 4> : launch_warp<false, 4, 4>);
  start(items, count, width, height, linear_light, stream);
}

}  // namespace ffbench::cuda
