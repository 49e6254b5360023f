#include "tests/cli/program.hpp"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/atomic_file.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench::test {
namespace {

using Clock = std::chrono::steady_clock;

/// Where the standard streams of a child go and which folder it starts in.
class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void open(int descriptor, const std::filesystem::path& path, int flags) {
    posix_spawn_file_actions_addopen(&actions_, descriptor, path.c_str(), flags, 0600);
  }
  void change_folder(const std::filesystem::path& folder) {
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// A running child; killed with its owner.
class Child {
 public:
  Child(const std::string& program, const std::vector<std::string>& arguments,
        const std::vector<std::string>& environment, const FileActions& actions) {
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv = pointers(words);
    std::vector<std::string> variables = environment;
    std::vector<char*> envp = pointers(variables);
    if (const int error =
            posix_spawnp(&pid_, program.c_str(), actions.get(), nullptr, argv.data(), envp.data());
        error != 0) {
      pid_ = -1;
      throw std::runtime_error(program + " cannot be started: " + std::strerror(error));
    }
  }
  ~Child() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// False where it still runs at the deadline.
  bool wait(Clock::time_point deadline, Finished& finished) {
    int status = 0;
    rusage usage{};
    while (::wait4(pid_, &status, WNOHANG, &usage) == 0) {
      if (Clock::now() > deadline) {
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    pid_ = -1;
    finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    finished.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    finished.peak_kib = usage.ru_maxrss;
    return true;
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    result.reserve(texts.size() + 1);
    for (std::string& text : texts) {
      result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
  }

  pid_t pid_ = -1;
};

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) {
      variables[std::string(text.substr(0, equals))] = text.substr(equals + 1);
    }
  }
  for (const auto& [name, value] : added) {
    variables[name] = value;
  }
  std::vector<std::string> lines;
  lines.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    lines.push_back(fmt::format("{}={}", name, value));
  }
  return lines;
}

}  // namespace

Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                     const RunOptions& options) {
  const TemporaryFolder streams;
  const std::filesystem::path out = streams.path() / "out";
  const std::filesystem::path err = streams.path() / "err";
  FileActions actions;
  actions.open(STDIN_FILENO, "/dev/null", O_RDONLY);
  actions.open(STDOUT_FILENO, out, O_WRONLY | O_CREAT | O_TRUNC);
  actions.open(STDERR_FILENO, err, O_WRONLY | O_CREAT | O_TRUNC);
  if (!options.folder.empty()) {
    actions.change_folder(options.folder);
  }
  const auto started = Clock::now();
  Finished finished;
  Child child(program, arguments, environment_with(options.environment), actions);
  if (!child.wait(started + options.limit, finished)) {
    throw std::runtime_error(program + " ran longer than " + std::to_string(options.limit.count()) +
                             " s; it said: " + read_file(err));
  }
  finished.wall_seconds = std::chrono::duration<double>(Clock::now() - started).count();
  finished.out = read_file(out);
  finished.err = read_file(err);
  return finished;
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
