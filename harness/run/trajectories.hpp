#pragma once

#include <vector>

#include "core/face_plan.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// Centre, roll and scale of every face over the clip: planned, raw and true. Frames without the
/// face are NaN. `truth` may be empty.
std::vector<Trajectory> trajectories(const ClipPlan& plan, const ClipPlan& raw, const ClipPlan& truth);

}  // namespace ffbench
