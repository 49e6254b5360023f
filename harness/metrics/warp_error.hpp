#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/image.hpp"
#include "core/truth.hpp"
#include "harness/metrics/face_region.hpp"

namespace ffbench::metrics {

/// Sum and count of squared colour distances along flow. Displaced positions are rounded to 1/256
/// px and the bilinear sample to 1/256 level, so that the sum is an integer, in 1/65536 of a
/// squared level.
struct WarpErrorSum {
  std::uint64_t sum = 0;
  std::uint64_t pixels = 0;
  /// Mean of |W(Y_t+1) - Y_t|^2 over three channels on the scale [0, 1], times 1000; empty without
  /// pixels.
  [[nodiscard]] std::optional<double> figure() const;
};

/// Follows those pixels of `run` in `frame` whose byte in `valid` is not 0 and whose flow is a
/// number that leads to a place inside the next frame: adds |bilinear(next, place) - pixel|^2 to
/// `all`, and to `ring` where `cover` says `FaceRegion::seam`. `flow`, (dx, dy) in px, `valid` and
/// `cover` are rows that begin at column 0; without a `cover` there is no ring. Both frames have
/// one size; frames of one column or row have nothing to follow.
void add_warp_error(ConstBgrView frame, ConstBgrView next, const PixelRun& run, const float* flow,
                    const std::uint8_t* valid, const std::uint8_t* cover, WarpErrorSum& all,
                    WarpErrorSum& ring);

/// E_warp with the exact flow of a fixture, over the face region and over its seam ring (where the
/// warped mask is neither 0 nor 255), on pixels whose flow is valid and stays inside the frame.
class TruthWarpError {
 public:
  /// The next frame with the maps of the same frame and its face region. `maps` must stay as they
  /// are until the next call has returned; what else is needed for the frame to come is kept.
  void add(ConstBgrView output, const TruthMaps& maps, const FaceRegion& region);
  void add(ConstBgrView output, TruthMaps&& maps, const FaceRegion& region) = delete;

  [[nodiscard]] std::optional<double> face() const { return face_.figure(); }
  [[nodiscard]] std::optional<double> seam() const { return seam_.figure(); }

 private:
  const TruthMaps* last_maps_ = nullptr;
  std::vector<PixelRun> last_runs_;
  BgrImage last_output_;  ///< valid on the runs
  MaskImage last_cover_;  ///< likewise
  WarpErrorSum face_;
  WarpErrorSum seam_;
};

}  // namespace ffbench::metrics
