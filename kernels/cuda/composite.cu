#include "kernels/cuda/composite_piece.cuh"
#include "kernels/cuda/composite_staged.hpp"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/exchange.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

/// Each of `Warps` warps does `Pieces` pieces of a tile, one below the other. A multiprocessor has room for as many blocks as leave a thread the
/// registers that it needs.
template <int Warps, int Pieces>
__global__ void __launch_bounds__(32 * Warps, blocks_at_a_time(32 * Warps, Pieces == 1 ? 9 : 14))
    packed_kernel(const CompositeItem<PackedSprite>* __restrict__ items, ScaledBand band) {
  __shared__ uint4 room[32 * Warps];
  CompositeItem<PackedSprite> item = fetch(items + blockIdx.z);
  item.frame.data = in_memory(item.frame.data);
  item.sprite.words = in_memory(item.sprite.words);
  const Tile tile(item.region, blockIdx.x);
  const int warp = static_cast<int>(threadIdx.x / 32);
  const int y = tile.y + (static_cast<int>(blockIdx.y) * Warps + warp) * Pieces * piece_height;
  if (tile.nothing) {
    wait_for_previous();
    return;
  }
  paste_where_it_lies<Pieces>(item, band, tile.x, y,
                              reinterpret_cast<std::uint32_t*>(room) + warp * piece_pixels);
}

template <int Warps, int Pieces>
void launch_packed(const CompositeItem<PackedSprite>* items, int count, int tiles, const ScaledBand& band,
                   StreamHandle stream) {
  constexpr int rows = piece_height * Warps * Pieces;
  static_assert(composite_tile_height % rows == 0);
  constexpr int parts = composite_tile_height / rows;
  launch("composite", packed_kernel<Warps, Pieces>, dim3(tiles, parts, count), 32 * Warps, 0, stream, items,
         band);
}

/// Threads of a tile where each warp does one piece.
constexpr int tile_threads = 32 * composite_tile_height / piece_height;

/// The same with crop and mask apart, as they are outside the executor.
__global__ void __launch_bounds__(tile_threads)
    planar_kernel(const CompositeItem<PlanarSprite>* __restrict__ items, ScaledBand band) {
  __shared__ uint4 room[tile_threads];
  const CompositeItem<PlanarSprite> item = items[blockIdx.z];
  wait_for_previous();
  const Tile tile(item.region, blockIdx.x);
  if (tile.nothing) {
    return;
  }
  const Region& region = item.region;
  const int warp = static_cast<int>(threadIdx.x / 32);
  const Exchange exchange{reinterpret_cast<std::uint32_t*>(room) + warp * piece_pixels};
  const int y = tile.y + warp * piece_height;
  const Quad quad(item.frame, tile.x, y, region.x, region.x + region.width, region.y + region.height);
  exchange.quad() = load_quad(quad);
  __syncwarp();
  const int lane = static_cast<int>(threadIdx.x & 31U);
  const Map& map = item.frame_to_crop;
  const Samples samples{{column_part(map, tile.x + lane), column_part(map, tile.x + lane + 32)},
                        {row_part(map, y), row_part(map, y + 1)}};
  bool near = false;
#pragma unroll
  for (int row = 0; row < 2; ++row) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const SamplePoint at = samples.at(row, half);
      if (near_crop(at, item.sprite.crop.width, item.sprite.crop.height)) {
        std::uint32_t& pixel = exchange.own(row, half);
        pixel = composite_at(item.sprite, band, at, pixel);
        near = true;
      }
    }
  }
  __syncwarp();
  if (__any_sync(all_lanes, near)) {
    store_quad(quad, exchange.quad());
  }
}

}  // namespace

void composite(const CompositeItem<PlanarSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  launch("composite", planar_kernel, dim3(tiles, 1, count), tile_threads, 0, stream, items, scaled(band));
}

void composite(const CompositeItem<UnjoinedSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  composite_staged(items, count, tiles, scaled(band), stream);
}

bool joins_by_parts(int crop_width, const SeamBand& band) {
  return crop_width % 4 == 0 && scaled(band).clear_stays && current_device().compute_major >= 8;
}

void composite(const CompositeItem<PackedSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  const ScaledBand units = scaled(band);
  // Few items: as many warps as there are pieces, two blocks a tile. Many: less to set up a pixel.
  if (count < 4) {
    launch_packed<4, 1>(items, count, tiles, units, stream);
  } else if (count >= many_items && tiles <= most_staged_tiles && units.clear_stays &&
             current_device().compute_major >= 8) {
    composite_staged(items, count, tiles, units, stream);
  } else {
    launch_packed<2, 4>(items, count, tiles, units, stream);
  }
}

}  // namespace ffbench::cuda
