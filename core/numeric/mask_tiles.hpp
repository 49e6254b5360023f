#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"

namespace ffbench {

/// Where a mask is all 0 and where it is all 255, in tiles, with running sums over them, so that
/// one question covers any rectangle. Lets work be left out where it changes nothing.
class MaskTiles {
 public:
  enum class Cover { zero, full, mixed };

  /// Reads the mask again. Allocates only when the mask has grown.
  void update(ConstMaskView mask);

  /// What the pixels [x0, x1] x [y0, y1] hold, inclusive. Parts outside the mask count as 0. `zero`
  /// and `full` are certain; `mixed` also says that the tiles are too coarse to know.
  [[nodiscard]] Cover cover(int x0, int y0, int x1, int y1) const {
    const bool inside = x0 >= 0 && y0 >= 0 && x1 < width_ && y1 < height_;
    x0 = x0 < 0 ? 0 : x0;
    y0 = y0 < 0 ? 0 : y0;
    x1 = x1 < width_ ? x1 : width_ - 1;
    y1 = y1 < height_ ? y1 : height_ - 1;
    if (x0 > x1 || y0 > y1) {
      return Cover::zero;
    }
    const std::size_t left = static_cast<std::size_t>(x0) / tile;
    const std::size_t right = static_cast<std::size_t>(x1) / tile + 1;
    const std::size_t top = static_cast<std::size_t>(y0) / tile * row_;
    const std::size_t bottom = (static_cast<std::size_t>(y1) / tile + 1) * row_;
    // Both counts in one word: tiles with anything but 0 below, tiles with anything but 255 above.
    const std::uint64_t counts =
        sums_[bottom + right] - sums_[bottom + left] - sums_[top + right] + sums_[top + left];
    if (static_cast<std::uint32_t>(counts) == 0) {
      return Cover::zero;
    }
    return counts >> 32 == 0 && inside ? Cover::full : Cover::mixed;
  }

 private:
  static constexpr std::size_t tile = 16;
  int width_ = 0;
  int height_ = 0;
  std::size_t row_ = 0;  ///< entries in a row of `sums_`
  std::vector<std::uint64_t> sums_;
};

}  // namespace ffbench
