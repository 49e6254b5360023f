#pragma once

#include "core/face_plan.hpp"
#include "harness/pipeline/subject.hpp"

namespace ffbench {

/// The truth plan of a subject that has truth, as the algorithm fits it (docs/metrics.md).
ClipPlan truth_plan(Algorithm algorithm, const Preset& preset, const Subject& subject);

}  // namespace ffbench
