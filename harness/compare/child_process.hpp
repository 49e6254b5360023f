#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ffbench::compare {

/// What a program that ended left behind.
struct ChildResult {
  int exit_code = 0;  ///< 128 + the signal's number where a signal ended it
  std::string out;
  std::string err;
};

struct ChildOptions {
  std::filesystem::path folder;                                  ///< working directory; empty: this process's
  std::vector<std::pair<std::string, std::string>> environment;  ///< on top of this process's
};

/// Runs a program to its end with nothing on its standard input. It ends with this process, however that ends. A name
/// without '/' is looked for in $PATH. Throws `Error` where it cannot be started.
ChildResult run_child(const std::string& program, const std::vector<std::string>& arguments,
                      const ChildOptions& options = {});

/// The last line of a text that is not empty: what a program that failed had to say.
std::string last_line(const std::string& text);

}  // namespace ffbench::compare
