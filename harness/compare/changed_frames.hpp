#pragma once

#include <filesystem>
#include <vector>

#include "harness/compare/session.hpp"
#include "reports/comparison.hpp"
#include "reports/report.hpp"

namespace ffbench::compare {

/// One run of an arm without timing, for its bytes, figures and gates; the report stays in
/// `folder`. With `resume`, a report that is there is read instead. A gate that fails is not an
/// error of this run.
Report run_quality(const Arm& arm, const SessionOptions& session, const std::filesystem::path& folder,
                   bool resume);

/// The frames whose output differs most between base and head, up to three, as pictures: base,
/// head, difference. Both arms dump their frames below `folder`, which are removed again.
std::vector<ChangedFrame> changed_frames(const SessionOptions& session, const Combination& combination,
                                         const std::filesystem::path& folder);

}  // namespace ffbench::compare
