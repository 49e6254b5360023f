#include "harness/pipeline/truth_plan.hpp"

#include "reference/facefusion_3_5_0/baseline.hpp"
#include "stability/planner.hpp"

namespace ffbench {

ClipPlan truth_plan(Algorithm algorithm, const Preset& preset, const Subject& subject) {
  const FaceTrack& truth = subject.truth->track();
  if (algorithm == Algorithm::base_3_5_0) {
    return plan_baseline(truth, subject.crop_size, subject.warp_template);
  }
  return stability::plan_truth(truth, {preset, subject.crop_size, subject.warp_template});
}

}  // namespace ffbench
