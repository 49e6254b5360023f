#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/numeric/mask_tiles.hpp"

namespace ffbench::metrics {

/// Neighbouring pixels [x0, x1) of row y.
struct PixelRun {
  int y = 0;
  int x0 = 0;
  int x1 = 0;
  friend bool operator==(const PixelRun&, const PixelRun&) = default;
};

/// The face region of a frame: pixels where a crop-space mask, warped into the frame, is not 0.
/// Reused from frame to frame: `clear`, `draw` for each face, `finish`, then read.
class FaceRegion {
 public:
  /// How the mask covers a pixel.
  enum Cover : std::uint8_t { none = 0, seam = 1, full = 2 };

  FaceRegion(int width, int height);

  /// Forgets the last frame's faces.
  void clear();

  /// Adds the pixels where `mask`, a crop, shows in the frame: sampled bilinearly at
  /// `frame_to_crop` of each pixel centre with 0 beyond the border, positions rounded to 1/256 crop
  /// pixel. `full` where the value is 255, `seam` where it is between. Where faces meet, the
  /// greater cover counts.
  void draw(ConstMaskView mask, const Similarity& frame_to_crop);

  /// Collects the runs of all pixels drawn. Call once after the last `draw`.
  void finish();

  /// Runs of covered pixels by row; valid after `finish`. No pixel is in two.
  [[nodiscard]] std::span<const PixelRun> runs() const { return runs_; }
  /// Number of covered pixels.
  [[nodiscard]] std::uint64_t pixels() const { return pixels_; }
  /// `Cover` of every pixel of the frame.
  [[nodiscard]] ConstMaskView cover() const { return cover_.view(); }

  /// Pixels of a row of the frame in the mask with its border: position of the first and step,
  /// 2^-32 crop pixels modulo 2^64.
  struct MaskRow {
    std::uint64_t u = 0;
    std::uint64_t v = 0;
    std::uint64_t du = 0;
    std::uint64_t dv = 0;
    std::uint32_t columns = 0;  ///< of cells
    std::uint32_t rows = 0;
  };

 private:
  void build_cells(ConstMaskView mask);
  /// What is known of `n` pixels at once.
  [[nodiscard]] MaskTiles::Cover cover_of_segment(const MaskRow& row, int n) const;
  /// `n` pixels one by one.
  void draw_segment(const MaskRow& row, int n, std::uint8_t* out) const;

  MaskImage cover_;
  MaskImage padded_;  ///< the mask with a border of zeros
  /// Cover of a pixel between four mask pixels, at the upper left one, offset by one.
  MaskImage cells_;
  MaskTiles tiles_;  ///< of the mask
  std::vector<Region> drawn_;
  std::vector<PixelRun> runs_;
  std::uint64_t pixels_ = 0;
};

}  // namespace ffbench::metrics
