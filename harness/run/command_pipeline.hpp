#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "harness/pipeline/subject.hpp"
#include "reports/report.hpp"

namespace ffbench {

struct CommandOptions {
  int repetitions = 1;
  /// Of one repetition; the command's whole process group is killed after it
  double timeout_s = 3600;
  std::filesystem::path folder;  ///< logs are kept in it, in `logs/`
  std::filesystem::path
      input;  ///< the video that `subject` was opened from; empty: the clip is written as one
  bool optical_flow = false;
  bool figures = true;  ///< of quality; otherwise only times and bytes
  std::function<void()> frame_done;
};

/// The environment variables that hold what `ffbench branches` puts for {checkout} and {binary}
/// into a command: the folder and the program of the side that runs.
inline constexpr const char* checkout_variable = "FFBENCH_CHECKOUT";
inline constexpr const char* binary_variable = "FFBENCH_BINARY";

/// Runs a pipeline `command:TEXT` over a subject: TEXT goes to /bin/sh with {input}, {output} and
/// {source} replaced by the quoted paths of the clip as a video, of the video that it has to write,
/// and of the source portrait; {checkout} and {binary} are replaced too. What it wrote is decoded
/// and measured like the output of any other pipeline, against what it was given. Timed is the
/// whole command. A command that fails, runs into the time-out or writes another number or size of
/// frames gives a failed result that names the log. Throws `Error` where the clip cannot be written
/// as a video.
Result run_command(Subject& subject, const Pipeline& pipeline, const CommandOptions& options);

}  // namespace ffbench
