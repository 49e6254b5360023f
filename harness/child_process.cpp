#include "harness/child_process.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/interruption.hpp"

namespace ffbench {
namespace {

using Clock = std::chrono::steady_clock;

/// A process group that is killed with its owner unless it ended before.
class Group {
 public:
  Group(const std::string& command, const std::filesystem::path& log) {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                       0644);
    ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::string shell = "sh";
    std::string flag = "-c";
    std::string text = command;
    const std::array<char*, 4> arguments{shell.data(), flag.data(), text.data(), nullptr};
    const int error = ::posix_spawn(&pid_, "/bin/sh", &actions, &attributes, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (error != 0) {
      fail("/bin/sh: cannot be started: {}", std::strerror(error));
    }
  }
  ~Group() {
    ::kill(-pid_, SIGKILL);  // the shell may have left children even where it ended
    if (running_) {
      ::waitpid(pid_, nullptr, 0);
    }
  }
  Group(const Group&) = delete;
  Group& operator=(const Group&) = delete;

  /// Whether it ended; `status` as of waitpid.
  bool ended(int& status) {
    const pid_t got = ::waitpid(pid_, &status, WNOHANG);
    running_ = got == 0 || (got < 0 && errno == EINTR);
    return !running_;
  }

 private:
  pid_t pid_ = 0;
  bool running_ = true;
};

}  // namespace

ChildResult run_in_shell(const std::string& command, const std::filesystem::path& log, double timeout_s) {
  const auto started = Clock::now();
  ChildResult result;
  Group group(command, log);
  int status = 0;
  while (!group.ended(status)) {
    check_interruption();
    result.wall_s = std::chrono::duration<double>(Clock::now() - started).count();
    if (result.wall_s > timeout_s) {
      result.timed_out = true;
      return result;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  result.wall_s = std::chrono::duration<double>(Clock::now() - started).count();
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) {
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return word + "'";
}

}  // namespace ffbench
