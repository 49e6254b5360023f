#pragma once

#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

/// Pixels of a tile of the composite of few items, which one or two blocks of threads do.
inline constexpr int composite_tile_width = 64;
inline constexpr int composite_tile_height = 16;
/// Pixels of a part of the composite of many, which one does.
inline constexpr int composite_part_side = 32;

/// Tiles of a region across: the first may begin up to three pixels before the region, where four pixels are whole words.
FFBENCH_DEVICE constexpr int tiles_across(int x, int width, int tile_width) {
  return ((x & 3) + width + tile_width - 1) / tile_width;
}

/// Tiles of a region wherever it begins, of the kind of which there are more.
constexpr int composite_tiles(int width, int height) {
  const auto count = [width, height](int tile_width, int tile_height) {
    return tiles_across(3, width, tile_width) * ((height + tile_height - 1) / tile_height);
  };
  const int tiles = count(composite_tile_width, composite_tile_height);
  const int parts = count(composite_part_side, composite_part_side);
  return tiles > parts ? tiles : parts;
}

}  // namespace ffbench::cuda
