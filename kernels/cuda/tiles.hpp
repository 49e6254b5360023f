#pragma once

#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

/// Pixels of a tile of the composite, which one block of threads does.
inline constexpr int composite_tile_width = 64;
inline constexpr int composite_tile_height = 16;

/// Tiles of a region across: the first may begin up to three pixels before the region, where four pixels are whole words.
FFBENCH_DEVICE constexpr int composite_tiles_across(int x, int width) {
  return ((x & 3) + width + composite_tile_width - 1) / composite_tile_width;
}

/// Tiles of a region wherever it begins.
constexpr int composite_tiles(int width, int height) {
  return composite_tiles_across(3, width) * ((height + composite_tile_height - 1) / composite_tile_height);
}

}  // namespace ffbench::cuda
