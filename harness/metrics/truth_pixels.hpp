#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "harness/metrics/face_region.hpp"

namespace ffbench::metrics {

/// TD-PSNR and fidelity PSNR of an output against the truth render, over the face region, all three
/// channels.
class TruthDifference {
 public:
  TruthDifference(int width, int height);

  /// The next frame. `region` is its face region, `now` holds every pixel of it; `next` holds every
  /// pixel of the face region of the frame to come (what is kept for it), empty for the last frame.
  void add(ConstBgrView output, ConstBgrView truth, const FaceRegion& region, std::span<const Region> now,
           std::span<const Region> next);

  /// 10 log10(255^2 / (mean[((Y_t - Y_t-1) - (X_t - X_t-1))^2] + 1e-10)), the mean over the face
  /// regions of all frames but the first; empty where these have no pixel.
  [[nodiscard]] std::optional<double> td_psnr() const;
  /// PSNR(Y_t, X_t) over the face region: mean and minimum over the frames that have one.
  [[nodiscard]] std::optional<double> fidelity_mean() const;
  [[nodiscard]] std::optional<double> fidelity_min() const;

 private:
  Image<std::int16_t, 3> now_;   ///< output minus truth
  Image<std::int16_t, 3> last_;  ///< the same of the previous frame
  std::vector<Region> needed_;
  int frames_ = 0;
  std::uint64_t td_sum_ = 0;
  std::uint64_t td_count_ = 0;
  double fidelity_sum_ = 0;
  double fidelity_min_ = 0;
  int fidelity_frames_ = 0;
};

}  // namespace ffbench::metrics
