#pragma once

#include <vector>

#include "harness/pipeline/subject.hpp"
#include "harness/run/quality_pass.hpp"
#include "harness/run/run_options.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// Times the pixel stages, from the decoded frame in memory to the output frame in memory, and
/// fills `timing` and `determinism` of the results, which are in the order of `runs`. Passes are
/// those of `PreparedPass`; the runs do the frames of one ring in turn, so that all of them meet
/// the same drift of the machine.
void time_runs(Subject& subject, const std::vector<PlannedRun>& runs, const RunOptions& options,
               const PassContext& pass, std::vector<Result>& results);

}  // namespace ffbench
