#include "harness/metrics/landmark_jitter.hpp"

#include <array>
#include <cmath>

#include "core/error.hpp"
#include "harness/metrics/measure.hpp"
#include "harness/metrics/plan_points.hpp"
#include "harness/metrics/regions.hpp"

namespace ffbench::metrics {
namespace {

/// Mean over the points of |p(t+1) - 2 p(t) + p(t-1)|^2.
double second_difference(const std::array<const FacePlan*, 3>& faces, const Landmarks5& points) {
  const Landmarks5 before = mapped_back(*faces[0], points);
  const Landmarks5 here = mapped_back(*faces[1], points);
  const Landmarks5 after = mapped_back(*faces[2], points);
  return mean_square((after - here) - (here - before));
}

}  // namespace

LandmarkJitter landmark_jitter(const ClipPlan& plan, const ClipPlan& raw_plan,
                               const Landmarks5& template_points) {
  if (plan.frames.size() != raw_plan.frames.size()) {
    fail("landmark jitter: the plan has {} frames and the raw plan {}", plan.frames.size(),
         raw_plan.frames.size());
  }
  double sum = 0;
  double raw_sum = 0;
  std::size_t count = 0;
  for (std::size_t t = 1; t + 1 < raw_plan.frames.size(); ++t) {
    for (const FacePlan& face : raw_plan.frames[t].faces) {
      std::array<const FacePlan*, 3> raw{};
      std::array<const FacePlan*, 3> filtered{};
      bool whole = true;
      for (std::size_t k = 0; k < 3; ++k) {
        raw[k] = find_face(raw_plan.frames[t - 1 + k], face.face_id);
        filtered[k] = find_face(plan.frames[t - 1 + k], face.face_id);
        whole = whole && raw[k] != nullptr && filtered[k] != nullptr && (k == 0 || !raw[k]->reset);
      }
      if (whole) {
        sum += second_difference(filtered, template_points);
        raw_sum += second_difference(raw, template_points);
        ++count;
      }
    }
  }
  if (count == 0) {
    return {};
  }
  const double n = static_cast<double>(count);
  return {std::sqrt(sum / n), std::sqrt(raw_sum / n)};
}

namespace {

class LandmarkJitterMeasure final : public Measure {
 public:
  explicit LandmarkJitterMeasure(const MeterConfig& config) : config_(config) {}
  void finish(MeterResult& result) const override {
    const LandmarkJitter jitter = landmark_jitter(*config_.plan, *config_.raw_plan, config_.template_points);
    result.quality.landmark_jitter = jitter.plan;
    result.quality.landmark_jitter_raw = jitter.raw;
  }

 private:
  MeterConfig config_;
};

}  // namespace

std::unique_ptr<Measure> landmark_jitter_measure(const MeterConfig& config) {
  const bool both = config.plan != nullptr && config.raw_plan != nullptr;
  return both ? std::make_unique<LandmarkJitterMeasure>(config) : nullptr;
}

}  // namespace ffbench::metrics
