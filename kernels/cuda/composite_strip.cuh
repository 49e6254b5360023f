#pragma once

#include <type_traits>

#include "kernels/cuda/composite.hpp"
#include "kernels/cuda/composite_tiles.hpp"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/strip.cuh"

// The composite of packed crops strip by strip, with taps read from device memory.
namespace ffbench::cuda {

static_assert(strip_tile_width == strip_width);

/// The place of a tile. Tiles begin at multiples of four pixels of the frame, where pixels are
/// whole words.
template <int Width, int Height>
struct TilePlace {
  int x;
  int y;
  bool nothing;  ///< the region has no such tile

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
using StripTile = TilePlace<strip_tile_width, strip_tile_height>;

/// Tap addresses and weights of a strip. Computing them reads no pixel, so it precedes the wait for
/// the previous kernel. `Inside`: all samples lie near the crop.
template <typename Weights, bool Inside>
class PlacedPaste {
 public:
  __device__ PlacedPaste(const PackedCrop& crop, const Samples& samples) {
    const int pitch = packed_pitch(crop.width);
    bool usable = true;
    bool near = false;
#pragma unroll
    for (int row = 0; row < 2; ++row) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const SamplePoint at = samples.at(row, half);
        const Floor x = floor_of(at.x);
        const Floor y = floor_of(at.y);
        near_[row][half] = Inside || near_crop(at, crop.width, crop.height);
        taps_[row][half] = first_tap(crop, pitch, x, y);
        weights_[row][half] = Weights(at, x, y);
        usable &= weights_[row][half].usable() || !near_[row][half];
        near |= near_[row][half];
      }
    }
    usable_ = !steps || __all_sync(all_lanes, usable);
    empty_ = !Inside && !__any_sync(all_lanes, near);
  }

  /// False where a weight is 0, which steps cannot express.
  __device__ bool usable() const {
    return usable_;
  }
  /// Whether no sample lies near the crop.
  __device__ bool empty() const {
    return empty_;
  }

  /// Loads everything before it uses any of it: the background last, since loading it also unpacks
  /// it.
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
            near_[row][half] ? load_taps(as_global(taps_[row][half]), pitch) : PackedTaps{0, 0, 0, 0};
      }
    }
    const uint4 background = load_quad(quad);
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
    exchange.quad() = background;
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

/// A warp pastes `Strips` strips, one below the other, from row y on. `room` are its `strip_pixels`
/// words of shared memory. Waits for the previous kernel.
template <int Strips>
__device__ __forceinline__ void paste_strips(const CompositeItem<PackedCrop>& item, const ScaledBand& band,
                                             int x, int y, std::uint32_t* room) {
  const Region& region = item.region;
  const PackedCrop& crop = item.crop;
  const Map& map = item.frame_to_crop;
  const int lane = static_cast<int>(threadIdx.x & 31U);
  constexpr int rows = strip_height * Strips;
  // Rounded sample positions are monotone along rows and columns, so those of the corners bound
  // them.
  const SamplePoint corner =
      sample_point(map, x + (lane & 1) * (strip_width - 1), y + ((lane >> 1) & 1) * (rows - 1));
  const bool steps =
      __all_sync(all_lanes, corner.x >= steps_from && near_crop(corner, crop.width, crop.height));
  const Exchange exchange{room};
  const int bottom = region.y + region.height;
  Samples samples{{column_terms(map, x + lane), column_terms(map, x + lane + 32)}, {}};
  Quad quad(item.frame, x, y, region.x, region.x + region.width);
  const auto place = [&](auto then) {
    quad.move_to(y, bottom);
    samples.rows[0] = row_terms(map, y);
    samples.rows[1] = row_terms(map, y + 1);
    if (steps) {
      const PlacedPaste<StepWeights, true> strip(crop, samples);
      if (strip.usable()) {
        then(strip);
        return;
      }
    }
    const PlacedPaste<FreeWeights, false> strip(crop, samples);
    if (!strip.empty()) {
      then(strip);
    } else if (Strips == 1) {
      wait_for_previous();
    }
  };
  const auto paste = [&](const auto& strip) { strip.paste(packed_pitch(crop.width), band, quad, exchange); };
  if constexpr (Strips == 1) {
    place([&](const auto& strip) {
      wait_for_previous();
      if (y < bottom) {
        paste(strip);
      }
    });
  } else {
    wait_for_previous();
#pragma unroll 1
    for (int i = 0; i < Strips && y < bottom; ++i, y += strip_height, quad.move_down(item.frame.stride)) {
      place(paste);
    }
  }
}

}  // namespace ffbench::cuda
