#pragma once

#include <vector>

#include "harness/pipeline/subject.hpp"
#include "harness/run/quality_pass.hpp"
#include "harness/run/run_options.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// Times the pixel stages, from the decoded frame in memory to the output frame in memory, and
/// fills `timing` and `determinism` of the results, which are in the order of `runs`. Frames are
/// decoded into a bounded ring outside the clock, a clip that fits it once; each run then does the
/// ring's frames in one go, in turn, so that all of them meet the same drift of the machine. An
/// executor that takes batches is handed the ring at once, in memory that was prepared for it and
/// in place, as a decoder would that writes into it; a frame's time is then its share of the
/// ring's. Its stages are taken in a pass of their own.
void time_runs(Subject& subject, const std::vector<PlannedRun>& runs, const RunOptions& options,
               const PassContext& pass, std::vector<Result>& results);

}  // namespace ffbench
