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

/// Sum and count of squared colour distances along flow. Displaced positions are rounded to 1/256 px and the bilinear
/// sample to 1/256 level, so that the sum is an integer, in 1/65536 of a squared level.
struct WarpErrorSum {
  std::uint64_t sum = 0;
  std::uint64_t pixels = 0;
  /// Mean of |W(Y_t+1) - Y_t|^2 over three channels on the scale [0, 1], times 1000; empty without pixels.
  [[nodiscard]] std::optional<double> figure() const;
};

/// Pixels of one frame and where they lie in the next one.
class FlowSamples {
 public:
  struct Sample {
    std::int32_t x = 0;  ///< 1/256 px, inside the frame
    std::int32_t y = 0;
    std::uint32_t bgr = 0;  ///< B + 256 G + 65536 R, the top byte 255 on the seam ring, else 0
  };

  void clear() { count_ = 0; }

  /// Adds those pixels of `run` whose byte in `valid` is not 0 and whose flow is a number that leads to a place inside the
  /// frame. `flow`, (dx, dy) in px, and `valid` are rows that begin at column 0, as is `cover`: pixels with
  /// `FaceRegion::seam` there form the ring; without `cover` there is none.
  void add(ConstBgrView frame, const PixelRun& run, const float* flow, const std::uint8_t* valid,
           const std::uint8_t* cover);

  [[nodiscard]] std::span<const Sample> samples() const { return {samples_.data(), count_}; }

 private:
  std::vector<Sample> samples_;
  std::size_t count_ = 0;
  std::vector<std::int32_t> displacement_;
};

/// Adds |bilinear(frame, x, y) - bgr|^2 of every sample to `all`, of those on the seam ring to `ring` too.
void add_warp_error(ConstBgrView frame, std::span<const FlowSamples::Sample> samples, WarpErrorSum& all,
                    WarpErrorSum& ring);

/// E_warp with the exact flow of a fixture, over the face region and over its seam ring (where the warped
/// mask is neither 0 nor 255), on pixels whose flow is valid and stays inside the frame.
class TruthWarpError {
 public:
  /// The next frame with the maps of the same frame and its face region. Keeps the samples for the frame to
  /// come.
  void add(ConstBgrView output, const TruthMaps& maps, const FaceRegion& region);

  [[nodiscard]] std::optional<double> face() const { return face_.figure(); }
  [[nodiscard]] std::optional<double> seam() const { return seam_.figure(); }

 private:
  FlowSamples samples_;
  WarpErrorSum face_;
  WarpErrorSum seam_;
};

}  // namespace ffbench::metrics
