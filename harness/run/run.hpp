#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/stage.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/subject.hpp"
#include "harness/run/run_folder.hpp"
#include "harness/system/progress.hpp"
#include "kernels/cuda/backend.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// What `run suite` and `run video` share.
struct RunOptions {
  std::vector<Pipeline> pipelines;
  int repetitions = 3;
  int threads = 1;  ///< of pipelines that use several; the measurement itself uses every core
  cuda::DeviceOptions device = cuda::default_options();  ///< of the backend cuda
  std::vector<int> devices{0};  ///< those that share the fixtures; the first also serves every other purpose
  SwapChoice swap;
  bool optical_flow = false;
  double command_timeout_s = 3600;  ///< of one repetition of a `command:` pipeline
  std::filesystem::path video;  ///< the file that the one subject was opened from; empty: a clip of our own
  std::filesystem::path dump;   ///< plans and stages are written there; empty: nowhere
  std::vector<Stage> dump_stages;  ///< empty: composite alone
};

/// Runs every pipeline over every subject: first all quality passes, as many subjects at a time as there are cores, then
/// the timed passes one after another on an otherwise idle machine. A pipeline that is not available gives a skipped
/// result with its reason; a subject that fails gives failed results, the others go on. Results are kept in `folder`, and
/// what it has of an earlier run is not measured again.
std::vector<Result> run_subjects(std::vector<Subject>& subjects, const RunOptions& options,
                                 const RunFolder& folder, Progress& progress);

/// Results in the order of `pipelines`: those measured, of the pipelines that are available, in their order, and a skipped
/// one for every other, of the same fixture as `like`.
std::vector<Result> with_skipped(std::vector<Result> measured, const Result& like,
                                 const std::vector<Pipeline>& pipelines);

/// What decides over the results of a run, for `Report::settings`.
std::map<std::string, std::string> settings_of(const RunOptions& options);

/// A share of the fixtures: `number` of `count`, from 1. Shares differ in their fixtures alone; all of them merged are the
/// whole run.
struct Shard {
  int number = 1;
  int count = 1;
};

/// "2/4". Throws `Error` for anything that is no share.
Shard parse_shard(const std::string& text);

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

/// Renders or opens the suite's fixtures, runs, judges by the gates and writes the report's files into `out`.
Report run_suite(const SuiteOptions& options, Progress& progress);

}  // namespace ffbench
