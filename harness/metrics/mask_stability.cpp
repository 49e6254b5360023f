#include "harness/metrics/mask_stability.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/error.hpp"
#include "harness/metrics/measure.hpp"
#include "harness/metrics/pixel_sums.hpp"

namespace ffbench::metrics {

void MaskStability::add(int frame, int face_id, ConstMaskView output, ConstMaskView truth, bool reset) {
  if (output.width != truth.width || output.height != truth.height) {
    fail("mask dtSSD: in frame {} the mask of face {} is {}x{}, the truth's {}x{}", frame, face_id,
         output.width, output.height, truth.width, truth.height);
  }
  if (frame != frame_) {
    frame_ = frame;
    // A face that was absent starts again, so its masks are not needed any more.
    std::erase_if(faces_, [frame](const auto& entry) { return entry.second.frame < frame - 1; });
  }
  const auto [entry, first] = faces_.try_emplace(face_id);
  Face& face = entry->second;
  const bool compare = !first && !reset && face.frame == frame - 1 &&
                       face.difference.width() == output.width && face.difference.height() == output.height;
  face.difference.resize(output.width, output.height);
  face.frame = frame;
  row_.resize(static_cast<std::size_t>(output.width));
  for (int y = 0; y < output.height; ++y) {
    std::int16_t* kept = face.difference.view().row(y);
    subtract(output.row(y), truth.row(y), row_.data(), row_.size());
    if (compare) {
      sum_ += sum_squared_difference(row_.data(), kept, row_.size());
      count_ += row_.size();
    }
    std::memcpy(kept, row_.data(), row_.size() * sizeof(std::int16_t));
  }
}

std::optional<double> MaskStability::dtssd() const {
  if (count_ == 0) {
    return std::nullopt;
  }
  return 100.0 * std::sqrt(static_cast<double>(sum_) / static_cast<double>(count_)) / 255.0;
}

namespace {

class MaskStabilityMeasure final : public Measure {
 public:
  void add(const MeasuredFrame& frame) override {
    for (const FacePlan& face : frame.truth_plan->faces) {
      const auto masks = std::ranges::find(frame.sample.masks, face.face_id, &FaceMasks::face_id);
      if (masks != frame.sample.masks.end() && !masks->truth.empty() && !masks->output.empty()) {
        stability_.add(frame.sample.index, face.face_id, masks->output, masks->truth, face.reset);
      }
    }
  }
  void finish(MeterResult& result) const override { result.truth->mask_dtssd = stability_.dtssd(); }

 private:
  MaskStability stability_;
};

}  // namespace

std::unique_ptr<Measure> mask_stability_measure(const MeterConfig& config) {
  return config.truth_plan != nullptr ? std::make_unique<MaskStabilityMeasure>() : nullptr;
}

}  // namespace ffbench::metrics
