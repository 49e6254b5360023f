#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ffbench::test {

/// What a program that ended left behind.
struct Finished {
  int exit_code = -1;  ///< 128 + the signal's number where a signal ended it
  std::string out;
  std::string err;
  double wall_seconds = 0;
  double cpu_seconds = 0;  ///< user and system, of all threads
  long peak_kib = 0;       ///< largest resident set
};

#ifdef FFBENCH_SANITIZED
inline constexpr std::chrono::seconds longest_run{1500};
#else
inline constexpr std::chrono::seconds longest_run{300};
#endif

struct RunOptions {
  std::filesystem::path folder{};  ///< working directory; empty: this process's
  std::vector<std::pair<std::string, std::string>> environment{};  ///< on top of this process's
  /// The program is killed after it
  std::chrono::seconds limit = longest_run;
};

/// Runs a program to its end, with nothing on its standard input. A name without '/' is looked for
/// in $PATH. Throws std::runtime_error where it cannot be started or runs into the limit.
Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const RunOptions& options = {});

/// Runs the ffbench of this build, with the cache of rendered fixtures that all tests share.
Finished ffbench_with(const std::vector<std::string>& arguments, const RunOptions& options = {});

/// Whether $PATH has a program of that name.
bool has_program(const std::string& name);

}  // namespace ffbench::test
