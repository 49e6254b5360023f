#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "core/image.hpp"

namespace ffbench::metrics {

/// Mask dtSSD in crop space: 100 sqrt(mean[((a_t - a_t-1) - (s_t - s_t-1))^2]), a the output's
/// alpha, s the truth render's, both 0 to 1; the mean over all pixels of all pairs of consecutive
/// frames.
class MaskStability {
 public:
  /// The masks of a face in frame `frame`, both of the crop's size. Frames come in order; a face
  /// absent from a frame, or with `reset`, starts again.
  void add(int frame, int face_id, ConstMaskView output, ConstMaskView truth, bool reset);

  /// Empty where no face was seen in two consecutive frames.
  [[nodiscard]] std::optional<double> dtssd() const;

 private:
  struct Face {
    int frame = 0;
    Image<std::int16_t, 1> difference;
  };
  int frame_ = 0;
  std::map<int, Face> faces_;  ///< of this frame and the one before
  std::vector<std::int16_t> row_;
  std::uint64_t sum_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace ffbench::metrics
