#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/stage.hpp"
#include "harness/run/quality_pass.hpp"

namespace ffbench {

/// The stages of those names. Throws `Error` that lists the legal names.
std::vector<Stage> parse_stages(const std::vector<std::string>& names);

/// Writes FOLDER/SUBJECT/PIPELINE/plan.json and, for every frame and face,
/// STAGE/frame-NNNNN[-face-N].png of the chosen stages (empty: composite alone). Throws `Error` for
/// files that cannot be written.
void dump_runs(Subject& subject, const std::vector<PlannedRun>& runs, const std::filesystem::path& folder,
               const std::vector<Stage>& stages, const std::function<void()>& frame_done);

/// A plan as JSON: docs/dumps.md describes it.
std::string plan_to_json(const ClipPlan& plan);

}  // namespace ffbench
