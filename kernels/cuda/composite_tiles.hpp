#pragma once

#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

// The composite's grid counts tiles of regions. There are two kinds of tiles.

/// A tile of the kernels that go strip by strip.
inline constexpr int strip_tile_width = 64;
inline constexpr int strip_tile_height = 16;
/// A tile of the kernels that stage it in shared memory.
inline constexpr int staged_tile_side = 32;

/// Tiles of a region across. The first may begin up to three pixels before the region, so that four
/// pixels are whole words.
FFBENCH_DEVICE constexpr int tiles_across(int x, int width, int tile_width) {
  return ((x & 3) + width + tile_width - 1) / tile_width;
}

/// A bound of the tiles of a region of that size, of either kind.
constexpr int composite_tiles(int width, int height) {
  const auto count = [width, height](int tile_width, int tile_height) {
    return tiles_across(3, width, tile_width) * ((height + tile_height - 1) / tile_height);
  };
  const int strips = count(strip_tile_width, strip_tile_height);
  const int staged = count(staged_tile_side, staged_tile_side);
  return strips > staged ? strips : staged;
}

}  // namespace ffbench::cuda
