#include "core/numeric/mask_tiles.hpp"

#include <algorithm>
#include <cstring>

namespace ffbench {
namespace {

/// All bits that are set anywhere in the tile, and those set everywhere.
struct Bits {
  std::uint64_t any = 0;
  std::uint64_t all = ~std::uint64_t{0};

  void add(const std::uint8_t* row, std::size_t count) {
    for (; count >= 8; row += 8, count -= 8) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, row, sizeof eight);
      any |= eight;
      all &= eight;
    }
    for (; count > 0; ++row, --count) {
      any |= *row;
      all &= *row | ~std::uint64_t{0xff};
    }
  }
};

}  // namespace

void MaskTiles::update(ConstMaskView mask) {
  width_ = mask.width;
  height_ = mask.height;
  const std::size_t columns = (static_cast<std::size_t>(width_) + tile - 1) / tile;
  const std::size_t rows = (static_cast<std::size_t>(height_) + tile - 1) / tile;
  row_ = columns + 1;
  sums_.resize(row_ * (rows + 1));
  std::fill_n(sums_.begin(), row_, 0);
  for (std::size_t j = 0; j < rows; ++j) {
    std::uint64_t* above = sums_.data() + j * row_;
    std::uint64_t* here = above + row_;
    here[0] = 0;
    std::uint64_t row_sum = 0;
    const auto y0 = static_cast<int>(j * tile);
    const int y1 = std::min(y0 + static_cast<int>(tile), height_);
    for (std::size_t i = 0; i < columns; ++i) {
      Bits bits;
      const std::size_t x0 = i * tile;
      const std::size_t count = std::min(tile, static_cast<std::size_t>(width_) - x0);
      for (int y = y0; y < y1; ++y) {
        bits.add(mask.row(y) + x0, count);
      }
      row_sum += (bits.any != 0 ? 1 : 0) + (~bits.all != 0 ? std::uint64_t{1} << 32 : 0);
      here[i + 1] = above[i + 1] + row_sum;
    }
  }
}

}  // namespace ffbench
