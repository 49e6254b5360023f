#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"

namespace ffbench::metrics {

/// Neighbouring pixels [x0, x1) of row y.
struct PixelRun {
  int y = 0;
  int x0 = 0;
  int x1 = 0;
  friend bool operator==(const PixelRun&, const PixelRun&) = default;
};

/// The face region of a frame: pixels where a crop-space mask, warped into the frame, is not 0. Reused from
/// frame to frame: `clear`, `draw` for each face, `finish`, then read.
class FaceRegion {
 public:
  /// How the mask covers a pixel.
  enum Cover : std::uint8_t { none = 0, seam = 1, full = 2 };

  FaceRegion(int width, int height);

  /// Forgets the last frame's faces.
  void clear();

  /// Adds the pixels where `mask`, a crop, shows in the frame: sampled bilinearly at `frame_to_crop` of each
  /// pixel centre with 0 beyond the border, positions rounded to 1/256 crop pixel. `full` where the value is
  /// 255, `seam` where it is between. Where faces meet, the greater cover counts.
  void draw(ConstMaskView mask, const Similarity& frame_to_crop);

  /// Collects the runs of all pixels drawn. Call once after the last `draw`.
  void finish();

  /// Runs of covered pixels by row; valid after `finish`. No pixel is in two.
  [[nodiscard]] std::span<const PixelRun> runs() const { return runs_; }
  /// Number of covered pixels.
  [[nodiscard]] std::uint64_t pixels() const { return pixels_; }
  /// `Cover` of every pixel of the frame.
  [[nodiscard]] ConstMaskView cover() const { return cover_.view(); }

 private:
  void build_cells(ConstMaskView mask);

  MaskImage cover_;
  MaskImage padded_;  ///< the mask with a border of zeros
  MaskImage
      cells_;  ///< cover of a pixel that falls between four mask pixels, by upper left one, offset by one
  std::vector<std::uint32_t> found_;  ///< where the pixels of a row fall
  std::vector<Region> drawn_;
  std::vector<PixelRun> runs_;
  std::uint64_t pixels_ = 0;
};

}  // namespace ffbench::metrics
