#pragma once

#include <vector>

#include "core/image.hpp"

namespace ffbench {

/// The luma of a frame, reduced so that its longer side has at most `side` pixels. Values are
/// means of whole pixels in eighths of a code, so that dark scenes keep their texture; integers
/// make the comparison exact.
class Thumbnail {
 public:
  static constexpr int side = 64;
  static constexpr int border = 5;  ///< reflected pixels about the picture

  /// `frame` has at least one pixel.
  explicit Thumbnail(ConstBgrView frame);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  /// A pixel; x and y may lie up to `border` pixels outside.
  [[nodiscard]] int at(int x, int y) const {
    return pixels_[static_cast<std::size_t>(y + border) * static_cast<std::size_t>(width_ + 2 * border) +
                   static_cast<std::size_t>(x + border)];
  }
  /// Whether some part of it has texture that can be found again.
  [[nodiscard]] bool textured() const { return textured_; }

 private:
  int width_;
  int height_;
  std::vector<int> pixels_;
  bool textured_ = false;
};

/// How different two pictures are when each part of one may lie up to `radius` thumbnail pixels
/// elsewhere in the other: 1 minus the mean over textured blocks of their best normalised
/// correlation, the larger of the two directions. 0: all found again; a change of brightness or
/// contrast does not count. Pictures of two scenes are 0.6 to 0.7 apart. 0 where neither has
/// texture; `radius` is at most `Thumbnail::border`.
double block_difference(const Thumbnail& a, const Thumbnail& b, int radius);

/// The same after the shift of the whole picture under which the two agree best, over as much of
/// it as both show; a camera that swings moves pictures by half their width.
double block_difference_after_pan(const Thumbnail& a, const Thumbnail& b);

}  // namespace ffbench
