#pragma once

#include <optional>
#include <string>

#include "harness/determinism/trace.hpp"
#include "harness/determinism/variants.hpp"
#include "harness/pipeline/frame_ring.hpp"
#include "harness/pipeline/prepared_pass.hpp"
#include "harness/pipeline/subject.hpp"

namespace ffbench {

/// What a pass left behind.
struct PassOutcome {
  StageTrace trace;
  std::optional<TraceDifference> difference;  ///< from the trace that was expected
  std::string executor;                       ///< what really ran
};

/// What of a pass is traced: every stage, which an executor may then compute in another way, or the
/// output frames alone, of a pass as it is timed.
enum class Watched { stages, outputs };

/// One executor that runs over one clip again and again. The SIMD target is the caller's to force.
class PassRunner {
 public:
  PassRunner(Subject& subject, const Pipeline& pipeline, const Variant& variant, const MakeExecutor& make);

  /// Plans and runs the whole clip. `expected` may be null where all stages are watched; where the
  /// outputs alone are, they alone are compared.
  PassOutcome run(const StageTrace* expected, Watched watched = Watched::stages);

  /// Runs up to and including a frame, observed.
  void run_to(int last_frame, StageObserver& observer);

 private:
  void run_observed(const ClipPlan& plan, int frames, StageObserver& observer);
  /// A pass as it is timed; only the output frames are passed on.
  void run_unobserved(const ClipPlan& plan, StageObserver& observer);

  Subject& subject_;
  Pipeline pipeline_;
  int device_;
  PipelineExecutor made_;
  int together_;  ///< frames that an observed pass gives at once
  FrameRing frames_;
  std::vector<BgrImage> outputs_;  ///< of observed passes
  PreparedPass unobserved_;
  std::uint8_t poison_ = 0;
};

/// The plan of a pipeline for a subject, controls included; `device` is that of the backend cuda.
ClipPlan fresh_plan(const Pipeline& pipeline, const Subject& subject, int device);

}  // namespace ffbench
