#pragma once

#include <type_traits>

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/exchange.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"

// The composite of packed sprites with taps read where they lie, in pieces of 64 x 2 pixels a warp.
namespace ffbench::cuda {

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

/// A warp's 64 x 2 pixels: where they lie in the sprite and their weights, for which nothing of the sprite is read. With `Inside` all samples
/// lie near the crop.
template <typename Weights, bool Inside>
class PlacedPaste {
 public:
  __device__ PlacedPaste(const PackedSprite& sprite, const Samples& samples) {
    const int pitch = sprite_pitch(sprite.width);
    bool usable = true;
    bool near = false;
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const SamplePoint at = samples.at(row, half);
        const Floor x = floor_of(at.x);
        const Floor y = floor_of(at.y);
        near_[row][half] = Inside || near_crop(at, sprite.width, sprite.height);
        taps_[row][half] = first_tap(sprite, pitch, x, y);
        weights_[row][half] = Weights(at, x, y);
        usable &= weights_[row][half].usable() || !near_[row][half];
        near |= near_[row][half];
      }
    }
    usable_ = !steps || __all_sync(all_lanes, usable);
    empty_ = !Inside && !__any_sync(all_lanes, near);
  }

  /// False where a weight is 0, for which there are no steps.
  __device__ bool usable() const {
    return usable_;
  }
  /// Whether no sample lies near the crop.
  __device__ bool empty() const {
    return empty_;
  }

  /// All that the pixels read is asked for before any of it is used: what is below them last, since it is unpacked where it is read.
  __device__ __forceinline__ void paste(int pitch, const ScaledBand& band, const Quad& quad,
                                        const Exchange& exchange) const {
    PackedTaps taps[2][2];
    float alpha[2][2];
    bool clear = true;
    bool opaque = true;
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        taps[row][half] =
            near_[row][half] ? load_taps(in_memory(taps_[row][half]), pitch) : PackedTaps{0, 0, 0, 0};
      }
    }
    const uint4 below = load_quad(quad);
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        float& a = alpha[row][half];
        a = weights_[row][half].mask(taps[row][half]);
        clear &= a == 0.0F;
        opaque &= a == 255.0F * unit;
      }
    }
    if (band.clear_stays && __all_sync(all_lanes, clear)) {
      return;
    }
    exchange.quad() = below;
    __syncwarp();
    const auto blend_all = [&](auto blend) {
#pragma unroll
      for (int row = 0; row < 2; ++row) {
#pragma unroll
        for (int half = 0; half < 2; ++half) {
          std::uint32_t& pixel = exchange.own(row, half);
          const std::uint32_t pasted =
              blend(pixel, weights_[row][half].colour(taps[row][half]), alpha[row][half]);
          if (near_[row][half]) {
            pixel = pasted;
          }
        }
      }
    };
    if (steps && band.opaque_replaces && __all_sync(all_lanes, opaque)) {
      blend_all([](std::uint32_t pixel, const Colour& v, float) { return replaced(pixel, v); });
    } else {
      blend_all([&band](std::uint32_t pixel, const Colour& v, float a) {
        return blended(pixel, v, weight_of(band, a));
      });
    }
    __syncwarp();
    store_quad(quad, exchange.quad());
  }

 private:
  static constexpr bool steps = std::is_same_v<Weights, StepWeights>;

  const std::uint32_t* taps_[2][2];
  Weights weights_[2][2];
  bool near_[2][2];
  bool usable_;
  bool empty_;
};

/// A warp does `Pieces` pieces, one below the other, from row y on; `room` are its `piece_pixels` words of shared memory. Waits for the previous
/// kernel.
template <int Pieces>
__device__ __forceinline__ void paste_where_it_lies(const CompositeItem<PackedSprite>& item,
                                                    const ScaledBand& band, int x, int y,
                                                    std::uint32_t* room) {
  const Region& region = item.region;
  const PackedSprite& sprite = item.sprite;
  const Map& map = item.frame_to_crop;
  const int lane = static_cast<int>(threadIdx.x & 31U);
  constexpr int rows = piece_height * Pieces;
  // Sample positions as rounded are monotone along rows and columns: the corners limit them.
  const SamplePoint corner =
      sample_point(map, x + (lane & 1) * (piece_width - 1), y + ((lane >> 1) & 1) * (rows - 1));
  const bool steps =
      __all_sync(all_lanes, corner.x >= steps_from && near_crop(corner, sprite.width, sprite.height));
  const Exchange exchange{room};
  const int bottom = region.y + region.height;
  Samples samples{{column_part(map, x + lane), column_part(map, x + lane + 32)}, {}};
  Quad quad(item.frame, x, y, region.x, region.x + region.width);
  const auto place = [&](auto then) {
    quad.move_to(y, bottom);
    samples.rows[0] = row_part(map, y);
    samples.rows[1] = row_part(map, y + 1);
    if (steps) {
      const PlacedPaste<StepWeights, true> piece(sprite, samples);
      if (piece.usable()) {
        then(piece);
        return;
      }
    }
    const PlacedPaste<FreeWeights, false> piece(sprite, samples);
    if (!piece.empty()) {
      then(piece);
    } else if (Pieces == 1) {
      wait_for_previous();
    }
  };
  const auto paste = [&](const auto& piece) {
    piece.paste(sprite_pitch(sprite.width), band, quad, exchange);
  };
  if constexpr (Pieces == 1) {
    place([&](const auto& piece) {
      wait_for_previous();
      if (y < bottom) {
        paste(piece);
      }
    });
  } else {
    wait_for_previous();
#pragma unroll 1
    for (int piece = 0; piece < Pieces && y < bottom;
         ++piece, y += piece_height, quad.move_down(item.frame.stride)) {
      place(paste);
    }
  }
}

}  // namespace ffbench::cuda
