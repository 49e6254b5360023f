#pragma once

#include <array>
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

/// A pixel of one frame, and where it lies in the next one.
struct FlowSample {
  std::int32_t x = 0;  ///< 1/256 px, inside the frame
  std::int32_t y = 0;
  std::array<std::uint8_t, 3> bgr{};
  std::uint8_t group = 0;
};

/// The sample of pixel (x, y) displaced by `flow`, (dx, dy) in px; empty where that leaves the frame or is no number.
std::optional<FlowSample> flow_sample(ConstBgrView frame, int x, int y, const float* flow,
                                      std::uint8_t group);

/// Adds sample by sample |bilinear(frame, x, y) - bgr|^2 to `sums[group]`.
void add_warp_error(ConstBgrView frame, std::span<const FlowSample> samples, std::span<WarpErrorSum> sums);

/// E_warp with the exact flow of a fixture, over the face region and over its seam ring (where the warped
/// mask is neither 0 nor 255), on pixels whose flow is valid and stays inside the frame.
class TruthWarpError {
 public:
  /// The next frame with the maps of the same frame and its face region. Keeps the samples for the frame to
  /// come.
  void add(ConstBgrView output, const TruthMaps& maps, const FaceRegion& region);

  [[nodiscard]] std::optional<double> face() const;
  [[nodiscard]] std::optional<double> seam() const { return sums_[0].figure(); }

 private:
  std::vector<FlowSample> samples_;
  std::array<WarpErrorSum, 2> sums_;  ///< seam ring, rest of the face region
};

}  // namespace ffbench::metrics
