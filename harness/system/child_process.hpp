#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace ffbench {

/// What a program that ended left behind.
struct ChildResult {
  int exit_code = 0;  ///< 128 + the signal's number where a signal ended it
  bool timed_out = false;
  double wall_s = 0;
  double cpu_s = 0;                    ///< user and system, of it and of the children it waited for
  std::int64_t peak_memory_bytes = 0;  ///< largest resident set of one of these
  std::string out;
  std::string err;
};

struct ChildOptions {
  /// Working directory; empty: this process's.
  std::filesystem::path folder{};
  /// On top of this process's; of a name that stands twice the last.
  std::vector<std::pair<std::string, std::string>> environment{};
  /// What it prints is appended to this file; empty: it is kept in the result's `out` and `err`.
  std::filesystem::path log{};
  double timeout_s = std::numeric_limits<double>::infinity();
  /// A descriptor that it keeps, under the same number; `run_child` closes this process's.
  /// Negative: none.
  int kept_descriptor = -1;
};

/// Runs a program to its end, with nothing on its standard input, in a process group of its own, of
/// which nothing is left afterwards; a process that leaves the group is not waited for. It ends
/// with this process, however that ends. A name without '/' is looked for in $PATH. Throws `Error`
/// where it cannot be started, and `Interrupted`, after killing the group, where this process is
/// asked to stop.
ChildResult run_child(const std::string& program, const std::vector<std::string>& arguments,
                      const ChildOptions& options = {});

/// The last line of a text that is not empty: what a program that failed had to say.
std::string last_line(const std::string& text);

/// The text as one word of a shell.
std::string shell_word(const std::string& text);

}  // namespace ffbench
