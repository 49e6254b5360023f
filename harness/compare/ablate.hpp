#pragma once

#include <string>
#include <vector>

#include "harness/run/run_suite.hpp"
#include "reports/ablation.hpp"

namespace ffbench::compare {

/// The preset, every feature that it has switched off, every other switched on; then no feature at
/// all, and each alone.
std::vector<AblationVariant> ablation_variants(const std::string& preset, const std::string& backend);

struct AblateOptions {
  std::string preset = "default";
  std::string backend = "auto";
  SuiteOptions suite;  ///< pipelines are set from the variants
};

/// Runs every variant over the suite, all of them in turn over each stretch of frames, and
/// tabulates. Writes the report and ablation.json, .html and .md into the suite's folder.
Ablation ablate(const AblateOptions& options, Progress& progress);

}  // namespace ffbench::compare
