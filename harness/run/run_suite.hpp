#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/run/run_options.hpp"
#include "harness/run/shard.hpp"
#include "harness/system/progress.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// What runs of a suite choose.
struct SuiteOptions {
  std::string suite = "standard";
  std::vector<std::string> fixtures;  ///< globs; empty: all
  std::filesystem::path gates;        ///< empty: ci/gates.json
  Shard shard;
  bool resume = false;  ///< continue what an earlier run into `out` began
  std::filesystem::path out;
  std::string command_line;
  RunOptions run;
};

/// Renders or opens the suite's fixtures, runs, judges by the gates and writes the report's files
/// into `out`.
Report run_suite(const SuiteOptions& options, Progress& progress);

}  // namespace ffbench
