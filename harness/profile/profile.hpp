#pragma once

#include <string>
#include <vector>

#include "core/executor.hpp"
#include "core/stage.hpp"
#include "harness/pipeline/executor_tuning.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/system/progress.hpp"

namespace ffbench {

struct ProfileOptions {
  std::string suite = "standard";
  std::string fixture = "talk";
  Pipeline pipeline;
  ExecutorTuning tuning;
  int frames = 100;
};

struct ProfileResult {
  std::string executor;
  int frames = 0;
  double seconds = 0;  ///< without copying frames to where the executor reads them
  StageTimes stages;
};

/// Runs the pipeline over the fixture, again from its start where it ends, after a warm-up, as a
/// timed pass does (`PreparedPass`) and with decoded frames in memory; the frames that count lie
/// inside a CaptureRange. Throws `Error` for unknown names and a pipeline that cannot run here.
ProfileResult profile(const ProfileOptions& options, Progress& progress);

/// A profiler and how it is started on a command.
struct ProfilerLine {
  std::string name;     ///< as `--tool` takes it
  std::string program;  ///< looked for in $PATH
  std::string purpose;
  std::vector<std::string> words;  ///< before the command, without the program
  /// `{control}` and `{ack}` in the words stand for two named pipes
  bool needs_pipes = false;
};

/// The profilers that measure a backend.
std::vector<ProfilerLine> profilers(Backend backend, const std::string& output);

/// The line as one types it into a shell; `command` is the one to be profiled.
std::string shell_line(const ProfilerLine& profiler, const std::string& command);

/// Runs the command under the profiler and prints what both say. Throws `Error` where the profiler
/// is not installed or does not end well.
void run_under(const ProfilerLine& profiler, const std::vector<std::string>& command);

}  // namespace ffbench
