#pragma once

#include <string>

namespace ffbench {

struct ToolOutput {
  int exit_status = -1;
  std::string text;  ///< standard output and error
};

/// Runs `python3 -c SCRIPT ARGUMENTS`; `arguments` are passed to the shell as they are.
ToolOutput run_python(const std::string& script, const std::string& arguments);

}  // namespace ffbench
