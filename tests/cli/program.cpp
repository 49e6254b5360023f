#include "tests/cli/program.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include <fmt/core.h>
#include <unistd.h>

#include "harness/system/child_process.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {

Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const RunOptions& options) {
  ChildOptions child_options;
  child_options.folder = options.folder;
  child_options.environment = options.environment;
  child_options.timeout_s = static_cast<double>(options.limit.count());
  ChildResult child = run_child(program, arguments, child_options);
  if (child.timed_out) {
    throw std::runtime_error(
        fmt::format("{} ran longer than {} s; it said: {}", program, options.limit.count(), child.err));
  }
  return {child.exit_code, std::move(child.out), std::move(child.err),
          child.wall_s,    child.cpu_s,          child.peak_memory_bytes / 1024};
}

Finished ffbench_with(const std::vector<std::string>& arguments, const RunOptions& options) {
  RunOptions with_cache = options;
  with_cache.environment.insert(with_cache.environment.begin(), {"FFBENCH_CACHE", cache_path});
  return run_program(program_path, arguments, with_cache);
}

bool has_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / name;
    if (::access(candidate.c_str(), X_OK) == 0) {
      return true;
    }
    rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
  }
  return false;
}

}  // namespace ffbench::test
