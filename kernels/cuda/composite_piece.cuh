#pragma once

#include <type_traits>

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/exchange.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"

// The composite of packed sprites with taps read where they lie, in pieces of 64 x 2 pixels a warp.
namespace ffbench::cuda {

/// Threads of a tile where each warp does one piece.
constexpr int tile_threads = 32 * composite_tile_height / piece_height;
static_assert(composite_tile_width == piece_width);

/// A tile. Tiles begin at a multiple of four pixels of the frame, where pixels are whole words.
template <int Width, int Height>
struct TilePlace {
  int x;
  int y;
  bool nothing;

  __device__ TilePlace(const Region& region, unsigned tile) {
    const int across = tiles_across(region.x, region.width, Width);
    // An approximate reciprocal is enough: there are less than 2^20 tiles, at most 2^11 across.
    const int row =
        static_cast<int>((static_cast<float>(tile) + 0.5F) * __fdividef(1.0F, static_cast<float>(across)));
    x = (region.x & ~3) + Width * (static_cast<int>(tile) - row * across);
    y = region.y + Height * row;
    nothing = region.width <= 0 || y >= region.y + region.height;
  }
};
using Tile = TilePlace<composite_tile_width, composite_tile_height>;

/// Where a lane's pixels of a piece lie in the crop.
struct Samples {
  SamplePoint columns[2];
  SamplePoint rows[2];

  __device__ SamplePoint at(int row, int half) const { return sum(columns[half], rows[row]); }
};

/// A warp's 64 x 2 pixels. All that they read is asked for before any of it is used. With `Inside` all samples lie near the crop. False where a
/// weight is 0, for which there are no steps.
template <typename Weights, bool Inside>
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
#pragma unroll
  for (int row = 0; row < 2; ++row) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const SamplePoint at = samples.at(row, half);
      const Floor x = floor_of(at.x);
      const Floor y = floor_of(at.y);
      near[row][half] = Inside || near_crop(at, item.sprite.width, item.sprite.height);
      taps[row][half] = near[row][half] ? load_taps(item.sprite, pitch, x, y) : PackedTaps{0, 0, 0, 0};
      weights[row][half] = Weights(at, x, y);
      usable &= weights[row][half].usable() || !near[row][half];
    }
  }
  if (steps && !__all_sync(all_lanes, usable)) {
    return false;
  }
  float alpha[2][2];
  bool clear = true;
  bool opaque = true;
#pragma unroll
  for (int row = 0; row < 2; ++row) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float& a = alpha[row][half];
      a = weights[row][half].mask(taps[row][half]);
      clear &= a == 0.0F;
      opaque &= a == 255.0F * unit;
    }
  }
  if (band.clear_stays && __all_sync(all_lanes, clear)) {
    return true;
  }
  exchange.quad() = before;
  __syncwarp();
  const auto paste = [&](auto blend) {
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        std::uint32_t& pixel = exchange.own(row, half);
        const std::uint32_t pasted =
            blend(pixel, weights[row][half].colour(taps[row][half]), alpha[row][half]);
        if (near[row][half]) {
          pixel = pasted;
        }
      }
    }
  };
  if (steps && band.opaque_replaces && __all_sync(all_lanes, opaque)) {
    paste([](std::uint32_t below, const Colour& v, float) { return replaced(below, v); });
  } else {
    paste([&band](std::uint32_t below, const Colour& v, float a) {
      return blended(below, v, weight_of(band, a));
    });
  }
  __syncwarp();
  store_quad(quad, exchange.quad());
  return true;
}

/// A block does a tile; a warp does `Pieces` pieces, one below the other. `room` is shared memory, `piece_pixels` words a warp.
template <int Pieces>
__device__ __forceinline__ void paste_where_it_lies(const CompositeItem<PackedSprite>& item,
                                                    const ScaledBand& band, const Tile& tile,
                                                    std::uint32_t* room) {
  const Region& region = item.region;
  const Map& map = item.frame_to_crop;
  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int warp = static_cast<int>(threadIdx.x / 32);
  constexpr int rows = piece_height * Pieces;
  int y = tile.y + warp * rows;
  // Sample positions as rounded are monotone along rows and columns: the corners limit them.
  const SamplePoint corner =
      sample_point(map, tile.x + (lane & 1) * (piece_width - 1), y + ((lane >> 1) & 1) * (rows - 1));
  const bool steps = __all_sync(
      all_lanes, corner.x >= steps_from && near_crop(corner, item.sprite.width, item.sprite.height));
  const Exchange exchange{room + warp * piece_pixels};
  const int bottom = region.y + region.height;
  Samples samples{{column_part(map, tile.x + lane), column_part(map, tile.x + lane + 32)}, {}};
  Quad quad(item.frame, tile.x, y, region.x, region.x + region.width);
  wait_for_previous();
#pragma unroll 1
  for (int piece = 0; piece < Pieces && y < bottom;
       ++piece, y += piece_height, quad.move_down(item.frame.stride)) {
    quad.move_to(y, bottom);
    samples.rows[0] = row_part(map, y);
    samples.rows[1] = row_part(map, y + 1);
    if (!steps || !composite_piece<StepWeights, true>(item, band, samples, quad, exchange)) {
      composite_piece<FreeWeights, false>(item, band, samples, quad, exchange);
    }
  }
}

}  // namespace ffbench::cuda
