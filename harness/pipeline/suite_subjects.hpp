#pragma once

#include <string>
#include <vector>

#include "datasets/suite.hpp"
#include "harness/pipeline/subject.hpp"
#include "harness/system/progress.hpp"

namespace ffbench {

/// The fixtures of a suite whose names match one of the globs; without globs all. Throws `Error`
/// that lists the names where none does.
std::vector<FixtureSpec> chosen_fixtures(const SuiteSpec& suite, const std::vector<std::string>& globs);

/// Opens fixtures, renders what the cache lacks, and reports progress.
std::vector<Subject> open_subjects(const std::vector<FixtureSpec>& specs, const SwapChoice& swap,
                                   Progress& progress);

}  // namespace ffbench
