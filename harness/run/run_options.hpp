#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/stage.hpp"
#include "harness/pipeline/executor_tuning.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/subject.hpp"

namespace ffbench {

/// What `run suite` and `run video` share.
struct RunOptions {
  std::vector<Pipeline> pipelines;
  int repetitions = 3;            ///< timed passes over every clip; 0 times nothing
  int reference_repetitions = 1;  ///< most of the reference, whose speed is of no interest
  /// Of pipelines that use several; the measurement itself uses every core
  int threads = 1;
  cuda::DeviceOptions device = cuda::default_options();  ///< of the backend cuda
  /// Those that share the fixtures; the first also serves every other purpose
  std::vector<int> devices{0};
  SwapChoice swap;
  bool optical_flow = false;
  double command_timeout_s = 3600;  ///< of one repetition of a `command:` pipeline
  /// The file that the one subject was opened from; empty: a clip of our own
  std::filesystem::path video;
  std::filesystem::path dump;      ///< plans and stages are written there; empty: nowhere
  std::vector<Stage> dump_stages;  ///< empty: composite alone
};

/// What one subject's passes need besides the options of the run.
struct PassContext {
  int device = 0;  ///< GPU of the backend cuda
  /// Called after every frame, from the thread of the pass; may be empty
  std::function<void()> frame_done;
};

/// How the executors of a pass compute.
ExecutorTuning tuning_of(const RunOptions& options, const PassContext& pass);

/// What decides over the results of a run, for `Report::settings`. Reads the swap model's file,
/// where there is one.
std::map<std::string, std::string> settings_of(const RunOptions& options);

}  // namespace ffbench
