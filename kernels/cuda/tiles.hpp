#pragma once

namespace ffbench::cuda {

/// Pixels a side of a tile of the composite, which one block of threads does.
inline constexpr int composite_tile = 32;

/// Tiles of a region. The first may begin up to three pixels before the region, where four pixels are whole words.
constexpr int composite_tiles(int width, int height) {
  return (width + 3 + composite_tile - 1) / composite_tile * ((height + composite_tile - 1) / composite_tile);
}

}  // namespace ffbench::cuda
