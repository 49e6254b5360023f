#pragma once

#include <cmath>

#include "kernels/cuda/composite.hpp"

namespace ffbench::cuda {

/// The composite of many packed crops, from Ampere on: each tile's footprint in the crop is first
/// copied to shared memory.
void composite_staged(const CompositeItem<PackedCrop>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream);
/// The same of unpacked crops, whose footprints are packed in shared memory. Fast where footprints
/// are small (`footprint_is_small`).
void composite_staged(const CompositeItem<UnpackedCrop>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream);

/// The number of items from which on it pays.
inline constexpr int many_items = 8;
/// Tiles of a region that a grid has room for: about 8160 x 8160 pixels.
inline constexpr int most_staged_tiles = 65535;

/// Rows, and chunks of four columns, of an unpacked crop's footprint that shared memory has room
/// for.
inline constexpr int unpacked_footprint_rows = 30;
inline constexpr int unpacked_footprint_chunks = 8;

/// Whether the footprint of every tile of a frame in an unpacked crop fits there.
inline bool footprint_is_small(const AffineF& frame_to_crop) {
  constexpr float side = 31;
  const float across = side * (std::abs(frame_to_crop.xx) + std::abs(frame_to_crop.xy)) + 1;
  const float down = side * (std::abs(frame_to_crop.yx) + std::abs(frame_to_crop.yy)) + 1;
  // Two taps a sample, and up to three columns before the first.
  return across + 2 + 3 <= 4 * unpacked_footprint_chunks && down + 2 <= unpacked_footprint_rows;
}

}  // namespace ffbench::cuda
