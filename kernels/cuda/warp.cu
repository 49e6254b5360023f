#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/warp_piece.cuh"
#include "kernels/cuda/warp_staged.hpp"

namespace ffbench::cuda {
namespace {

template <bool Statistics, int Warps, int Pieces>
__global__ void __launch_bounds__(32 * Warps)
    warp_kernel(const WarpItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  constexpr int tile_height = Warps * Pieces * piece_height;
  __shared__ uint4 room[32 * Warps];
  __shared__ unsigned block_sums[3];
  WarpItem item = fetch(items + blockIdx.z);
  item.frame.data = in_memory(item.frame.data);
  item.crop.data = in_memory(item.crop.data);
  const int width = item.crop.width;
  const int height = item.crop.height;
  const int tile_x = static_cast<int>(blockIdx.x) * piece_width;
  const int tile_y = static_cast<int>(blockIdx.y) * tile_height;
  if (tile_x >= width || tile_y >= height) {
    wait_for_previous();
    return;
  }
  const auto column = [&](int x) { return column_part(item.crop_to_frame, min(x, width - 1)); };
  const auto row = [&](int y) { return row_part(item.crop_to_frame, min(y, height - 1)); };
  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int warp = static_cast<int>(threadIdx.x / 32);
  int y = tile_y + warp * Pieces * piece_height;
  // Sample positions as rounded are monotone along rows and columns: the corners limit them.
  const SamplePoint corner = sum(column(tile_x + (lane & 1) * (piece_width - 1)),
                                 row(y + ((lane >> 1) & 1) * (Pieces * piece_height - 1)));
  const bool steps = Reader::suits(item.frame) &&
                     __all_sync(all_lanes, in_steps(corner, item.frame.width, item.frame.height));
  const Exchange exchange{reinterpret_cast<std::uint32_t*>(room) + warp * piece_pixels};
  // Columns and rows beyond the crop compute what its last ones do, and nobody stores it.
  Samples samples{{column(tile_x + lane), column(tile_x + lane + 32)}, {}};
  const Reader reader(item.frame);
  Quad quad(item.crop, tile_x, y, 0, width);
  const Counted counted(width, height);
  const bool counts = Statistics && counted.any(tile_x, tile_y, piece_width, tile_height);
  if (counts) {
    if (threadIdx.x < 3) {
      block_sums[threadIdx.x] = 0;
    }
    __syncthreads();
  }
  Sums sums;
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
    if (counts && counted.row(y + lane / 16)) {
      sums.add(pixels, counted, tile_x + 4 * (lane & 15), linear);
    }
  };
  if constexpr (Pieces == 1) {
    place([&](auto warp) {
      wait_for_previous();
      if (y < height) {
        finish(warp);
      }
    });
  } else {
    wait_for_previous();
#pragma unroll 1
    for (int i = 0; i < Pieces && y < height; ++i, y += piece_height, quad.move_down(item.crop.stride)) {
      place(finish);
      __syncwarp();
    }
  }
  if (counts) {
    sums.give(block_sums);
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
  constexpr int many = 16;
  if (count >= many && current_device().compute_major >= 8) {
    warp_staged(items, count, width, height, statistics, light, stream);
    return;
  }
  const auto start = count < 4 ? (statistics ? launch_warp<true, 4, 1> : launch_warp<false, 2, 1>)
                               : (statistics ? launch_warp<true, 4, 4> : launch_warp<false, 4, 4>);
  start(items, count, width, height, light, stream);
}

}  // namespace ffbench::cuda
