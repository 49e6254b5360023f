#pragma once

#include <functional>
#include <vector>

#include "harness/pipeline/subject.hpp"
#include "harness/run/quality_pass.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// Finds the pairs of frames on which a run does worst (the lowest delta to the base; without a
/// base the lowest to the truth render; without both the lowest tPSNR) and takes pictures of the
/// face around them, of the base and of the run: the frames from two before the pair to two after
/// it, and the difference, eight times, of each to the frame two before. Fills `worst_pairs` of the
/// results, which are in the order of `runs`; a run that made the same pixels as one before it is
/// left out. Runs the clip once more, as far as the last picture.
void picture_worst_pairs(Subject& subject, const std::vector<PlannedRun>& runs, int threads,
                         const std::function<void()>& frame_done, std::vector<Result>& results);

}  // namespace ffbench
