#include <type_traits>

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/exchange.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

/// Threads of a tile where each warp does one piece.
constexpr int tile_threads = 32 * composite_tile_height / piece_height;
static_assert(composite_tile_width == piece_width);

/// The tile of a block. Tiles begin at a multiple of four pixels of the frame, where pixels are whole words.
struct Tile {
  int x;
  int y;
  bool nothing;

  __device__ explicit Tile(const Region& region) {
    const int across = composite_tiles_across(region.x, region.width);
    // An approximate reciprocal is enough: there are less than 2^20 tiles, at most 2^10 across.
    const int row = static_cast<int>((static_cast<float>(blockIdx.x) + 0.5F) *
                                     __fdividef(1.0F, static_cast<float>(across)));
    x = (region.x & ~3) + piece_width * (static_cast<int>(blockIdx.x) - row * across);
    y = region.y + composite_tile_height * row;
    nothing = region.width <= 0 || y >= region.y + region.height;
  }
};

/// Where a lane's pixels of a piece lie in the crop.
struct Samples {
  SamplePoint columns[2];
  SamplePoint rows[2];

  __device__ SamplePoint at(int row, int half) const { return sum(columns[half], rows[row]); }
};

/// A warp's 64 x 2 pixels. All that they read is asked for before any of it is used. With `StepWeights` all samples lie near the crop and far
/// enough to the right; false where a weight is 0, for which there are no steps.
template <typename Weights>
__device__ __forceinline__ bool composite_piece(const CompositeItem<PackedSprite>& item,
                                                const ScaledBand& band, const Samples& samples,
                                                const Quad& quad, const Exchange& exchange) {
  constexpr bool steps = std::is_same_v<Weights, StepWeights>;
  const uint4 before = load_quad(quad);
  const int pitch = sprite_pitch(item.sprite.width);
  PackedTaps taps[2][2];
  Weights weights[2][2];
  bool near[2][2];
  bool usable = true;
  std::uint32_t any = 0;
  std::uint32_t all = ~0U;
#pragma unroll
  for (int row = 0; row < 2; ++row) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const SamplePoint at = samples.at(row, half);
      const Floor x = floor_of(at.x);
      const Floor y = floor_of(at.y);
      near[row][half] = steps || near_crop(at, item.sprite.width, item.sprite.height);
      PackedTaps& t = taps[row][half];
      t = near[row][half] ? load_taps(item.sprite, pitch, x, y) : PackedTaps{0, 0, 0, 0};
      weights[row][half] = Weights(at, x, y);
      usable &= weights[row][half].usable();
      any |= t.tl | t.tr | t.bl | t.br;
      all &= t.tl & t.tr & t.bl & t.br;
    }
  }
  // A lerp of equal values is that value: where all of the mask is 0, or 255, so is what lies between.
  constexpr unsigned has_steps = 1;
  constexpr unsigned is_clear = 2;
  constexpr unsigned is_opaque = 4;
  const unsigned piece = warp_and((usable ? has_steps : 0U) | (any < 0x1000000U ? is_clear : 0U) |
                                  (all >= 0xff000000U ? is_opaque : 0U));
  if (steps && (piece & has_steps) == 0) {
    return false;
  }
  if ((piece & is_clear) != 0 && band.clear_stays) {
    return true;
  }
  exchange.quad() = before;
  __syncwarp();
  const auto paste = [&](auto weight_at) {
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const Weights& w = weights[row][half];
        const PackedTaps& t = taps[row][half];
        std::uint32_t& pixel = exchange.own(row, half);
        const std::uint32_t pasted = blended(pixel, w.colour(t), weight_at(w, t));
        if (near[row][half]) {
          pixel = pasted;
        }
      }
    }
  };
  if (steps && (piece & is_opaque) != 0 && band.opaque_replaces) {
    paste([](const Weights&, const PackedTaps&) { return 1.0F; });
  } else {
    paste([&band](const Weights& w, const PackedTaps& t) { return weight_of(band, w.mask(t)); });
  }
  __syncwarp();
  store_quad(quad, exchange.quad());
  return true;
}

/// A block does a tile; a warp does `Pieces` pieces, one below the other.
template <int Pieces>
__global__ void __launch_bounds__(tile_threads / Pieces,
                                  blocks_at_a_time(tile_threads / Pieces, 1152 / (tile_threads / Pieces)))
    packed_kernel(const CompositeItem<PackedSprite>* __restrict__ items, ScaledBand band) {
  __shared__ uint4 room[tile_threads / Pieces];
  CompositeItem<PackedSprite> item = fetch(items + blockIdx.z);
  wait_for_previous();
  item.frame.data = in_memory(item.frame.data);
  item.sprite.words = in_memory(item.sprite.words);
  const Region& region = item.region;
  const Map& map = item.frame_to_crop;
  const Tile tile(region);
  if (tile.nothing) {
    return;
  }
  // Sample positions as rounded are monotone along rows and columns: the corners of the tile limit them.
  bool vote = true;
  if (threadIdx.x < 4) {
    const int x = tile.x + static_cast<int>(threadIdx.x & 1U) * (composite_tile_width - 1);
    const int y = tile.y + static_cast<int>(threadIdx.x >> 1) * (composite_tile_height - 1);
    const SamplePoint at = sample_point(map, x, y);
    vote = at.x >= steps_from && near_crop(at, item.sprite.width, item.sprite.height);
  }
  const bool steps = __syncthreads_and(vote);

  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int warp = static_cast<int>(threadIdx.x / 32);
  const Exchange exchange{reinterpret_cast<std::uint32_t*>(room) + warp * piece_pixels};
  const int bottom = region.y + region.height;
  int y = tile.y + warp * piece_height * Pieces;
  Samples samples{{column_part(map, tile.x + lane), column_part(map, tile.x + lane + 32)}, {}};
  Quad quad(item.frame, tile.x, y, region.x, region.x + region.width);
#pragma unroll 1
  for (int piece = 0; piece < Pieces && y < bottom;
       ++piece, y += piece_height, quad.move_down(item.frame.stride)) {
    quad.move_to(y, bottom);
    samples.rows[0] = row_part(map, y);
    samples.rows[1] = row_part(map, y + 1);
    if (!steps || !composite_piece<StepWeights>(item, band, samples, quad, exchange)) {
      composite_piece<FreeWeights>(item, band, samples, quad, exchange);
    }
  }
}

/// The same with crop and mask apart, as they are outside the executor.
__global__ void __launch_bounds__(tile_threads)
    planar_kernel(const CompositeItem<PlanarSprite>* __restrict__ items, ScaledBand band) {
  __shared__ uint4 room[tile_threads];
  const CompositeItem<PlanarSprite> item = items[blockIdx.z];
  wait_for_previous();
  const Tile tile(item.region);
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
  if (__any_sync(all_lanes, near)) {
    store_quad(quad, exchange.quad());
  }
}

}  // namespace

void composite(const CompositeItem<PlanarSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  launch("composite", planar_kernel, dim3(tiles, 1, count), tile_threads, 0, stream, items, scaled(band));
}

void composite(const CompositeItem<PackedSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  // Few items: as many warps as there are pieces. Many: less to set up a pixel.
  const int pieces = count < 4 ? 1 : 4;
  launch("composite", pieces == 1 ? packed_kernel<1> : packed_kernel<4>, dim3(tiles, 1, count),
         tile_threads / pieces, 0, stream, items, scaled(band));
}

}  // namespace ffbench::cuda
