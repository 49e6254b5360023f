#pragma once

#include <optional>

#include "core/face_plan.hpp"
#include "core/face_track.hpp"

namespace ffbench::metrics {

/// Second-difference rms of the five template points mapped into the frame, px, before and after
/// the plan's filters.
struct LandmarkJitter {
  std::optional<double> plan;
  std::optional<double> raw;
};

/// rms over faces, frames and points of |p(t+1) - 2 p(t) + p(t-1)|, both over the same triples of
/// consecutive frames: those in which both plans have the face and the raw plan is not reset in the
/// later two. Empty where there is none. `template_points` in crop pixels. Plans of different
/// length are an `Error`.
LandmarkJitter landmark_jitter(const ClipPlan& plan, const ClipPlan& raw_plan,
                               const Landmarks5& template_points);

}  // namespace ffbench::metrics
