#pragma once

#include <cmath>

#include "kernels/cuda/kernels.hpp"

namespace ffbench::cuda {

/// The composite of many packed sprites, from Ampere on: what a warp reads is brought to shared memory first.
void composite_staged(const CompositeItem<PackedSprite>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream);
/// The same of what sprites would be joined of, which a warp does for the part that it reads. Fast where that is a small one
/// (`part_is_small`).
void composite_staged(const CompositeItem<UnjoinedSprite>* items, int count, int tiles,
                      const ScaledBand& band, StreamHandle stream);

/// From so many items on it pays.
inline constexpr int many_items = 8;
/// Tiles of a region that a grid has room for: some 8160 x 8160 pixels.
inline constexpr int most_staged_tiles = 65535;

/// Rows, and columns in fours, of the crop that a warp has room for then.
inline constexpr int unjoined_rows = 30;
inline constexpr int unjoined_chunks = 8;

/// Whether what 32 x 32 pixels of a frame read of a crop finds room wherever they lie.
inline bool part_is_small(const AffineF& frame_to_crop) {
  constexpr float side = 31;
  const float across = side * (std::abs(frame_to_crop.xx) + std::abs(frame_to_crop.xy)) + 1;
  const float down = side * (std::abs(frame_to_crop.yx) + std::abs(frame_to_crop.yy)) + 1;
  // Two taps a sample, and up to three columns before the first.
  return across + 2 + 3 <= 4 * unjoined_chunks && down + 2 <= unjoined_rows;
}

}  // namespace ffbench::cuda
