#pragma once

#include <filesystem>
#include <string>

namespace ffbench {

struct ChildResult {
  int exit_code = 0;  ///< 128 + the signal's number where a signal ended it
  bool timed_out = false;
  double wall_s = 0;
};

/// Runs `command` through /bin/sh in a process group of its own, with nothing on its standard input; what it prints is
/// appended to `log`. After `timeout_s` the group is killed. Throws `Error` where it cannot be started, and `Interrupted`,
/// after killing the group, where this process is asked to stop.
ChildResult run_in_shell(const std::string& command, const std::filesystem::path& log, double timeout_s);

/// The text as one word of a shell.
std::string shell_word(const std::string& text);

}  // namespace ffbench
