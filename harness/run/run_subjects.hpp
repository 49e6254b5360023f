#pragma once

#include <vector>

#include "harness/run/run_folder.hpp"
#include "harness/run/run_options.hpp"
#include "harness/system/progress.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// Runs every pipeline over every subject: first all quality passes, as many subjects at a time as
/// there are cores, then the timed passes one after another on an otherwise idle machine. A
/// pipeline that is not available gives a skipped result with its reason; a subject that fails
/// gives failed results, the others go on. Results are kept in `folder`, and what it has of an
/// earlier run is not measured again.
std::vector<Result> run_subjects(std::vector<Subject>& subjects, const RunOptions& options,
                                 const RunFolder& folder, Progress& progress);

/// Results in the order of `pipelines`: those measured, of the pipelines that are available, in
/// their order, and a skipped one for every other, of the same fixture as `like`.
std::vector<Result> with_skipped(std::vector<Result> measured, const Result& like,
                                 const std::vector<Pipeline>& pipelines);

}  // namespace ffbench
