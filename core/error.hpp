#pragma once

#include <stdexcept>
#include <string>

#include <fmt/core.h>

namespace ffbench {

/// Process exit codes. Where several hold, the order of precedence is environment/usage (2),
/// correctness (4), gate (1), evidence (3).
enum class ExitCode : int {
  ok = 0,
  gate_failed = 1,
  bad_input = 2,
  not_enough_evidence = 3,
  incorrect = 4,
};

/// The one exception type of the project. Its text is one line that names the file (or option), the
/// place and the remedy; `main` prints it and returns its exit code. Nothing below `main` ends the
/// process.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ExitCode code = ExitCode::bad_input)
      : std::runtime_error(message), code_(code) {}

  [[nodiscard]] ExitCode code() const noexcept { return code_; }

 private:
  ExitCode code_;
};

/// `fail` behind its template, so that only the check of the format is compiled where it is called.
[[noreturn]] void fail_with(fmt::string_view format, fmt::format_args arguments);

/// Throws an input or environment error (exit code 2) with a formatted, one-line text.
template <typename... Args>
[[noreturn]] void fail(fmt::format_string<Args...> format, Args&&... args) {
  fail_with(format, fmt::make_format_args(args...));
}

}  // namespace ffbench
