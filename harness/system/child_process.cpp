// Hand-written: Boost.Process gives no peak memory and ends no process that a child started.
#include "harness/system/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <map>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/system/file_descriptor.hpp"
#include "core/system/interruption.hpp"
#include "core/system/seconds_since.hpp"

namespace ffbench {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Pipe make_pipe(const std::string& program) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    fail("{}: cannot be started ({})", program, std::strerror(errno));
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// An array as exec takes it, which lives as long as the texts do.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::vector<std::pair<std::string, std::string>>& added) {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string line = *entry;
    const std::size_t name_end = std::min(line.find('='), line.size());
    variables[line.substr(0, name_end)] = line.substr(std::min(name_end + 1, line.size()));
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

/// All that the child needs between fork and exec, where it may neither allocate nor take a lock.
struct Image {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* folder;  ///< null: this process's
  int out;
  int err;
  int kept;     ///< stays open; negative: none
  int trouble;  ///< takes the errno of what failed
  pid_t parent;
};

[[noreturn]] void become(const Image& image) {
  ::setpgid(0, 0);
  // A parent that is killed must not leave its children at work.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (::getppid() == image.parent && nothing >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
      ::dup2(image.out, STDOUT_FILENO) >= 0 && ::dup2(image.err, STDERR_FILENO) >= 0 &&
      (image.kept < 0 || ::fcntl(image.kept, F_SETFD, 0) == 0) &&
      (image.folder == nullptr || ::chdir(image.folder) == 0)) {
    ::execvpe(image.program, image.arguments, image.environment);
  }
  const int error = errno;
  static_cast<void>(!::write(image.trouble, &error, sizeof error));
  ::_exit(127);
}

/// A program that runs; killed with its owner, and what it started with it.
class Child {
 public:
  explicit Child(Image image, Pipe trouble) {
    image.trouble = trouble.write.get();
    image.parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) {
      fail("{}: cannot be started ({})", image.program, std::strerror(errno));
    }
    if (pid_ == 0) {
      become(image);
    }
    ::setpgid(pid_, pid_);  // parent and child both do so: either may be first
    trouble.write.close();
    int error = 0;
    ssize_t got = 0;
    while ((got = ::read(trouble.read.get(), &error, sizeof error)) < 0 && errno == EINTR) {
    }
    if (got == 0) {
      handle_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
      error = errno;
    }
    if (!handle_) {
      end();
      fail("{}: cannot be started ({}); is it there, and executable?", image.program, std::strerror(error));
    }
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Becomes readable when the program ends.
  [[nodiscard]] int handle() const { return handle_.get(); }

  /// Takes what is to be known of a program that ended. What it left running is killed.
  void collect(ChildResult& result) {
    ::kill(-pid_, SIGKILL);  // before its number is free for another
    int status = 0;
    rusage usage{};
    while (::wait4(pid_, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    result.cpu_s = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    result.peak_memory_bytes = std::int64_t{usage.ru_maxrss} * 1024;
  }

 private:
  void end() {
    if (pid_ > 0) {
      ChildResult nobody_asks;
      collect(nobody_asks);
    }
  }

  pid_t pid_ = -1;
  FileDescriptor handle_;
};

/// Appends what is there to be read; false at the end.
bool append_from(int descriptor, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
  if (count > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return count > 0 || (count < 0 && errno == EINTR);
}

/// Waits for the end of the program, reading what it prints. False where it came to the time-out.
bool wait_for(Child& child, const Pipe& out, const Pipe& err, double timeout_s, ChildResult& result) {
  const auto started = Clock::now();
  std::array<pollfd, 3> waiting{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0},
                                pollfd{child.handle(), POLLIN, 0}};
  const std::array<std::string*, 2> texts{&result.out, &result.err};
  bool running = true;
  while (running) {
    check_interruption();
    // A request to stop may come between the check and the wait, which it then does not end.
    constexpr double longest_wait_s = 0.1;
    const double wait_s = std::clamp(timeout_s - result.wall_s, 0.0, longest_wait_s);
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(std::ceil(wait_s * 1000)));
    result.wall_s = seconds_since(started);
    if (ready <= 0) {
      if (result.wall_s >= timeout_s) {
        return false;
      }
      continue;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (waiting[i].revents != 0 && !append_from(waiting[i].fd, *texts[i])) {
        waiting[i].fd = -1;
      }
    }
    running = waiting[2].revents == 0;
  }
  child.collect(result);
  // What was printed is in the pipes. They have no end where a process left the group and lives on.
  constexpr double longest_rest_s = 1;
  const auto ended = Clock::now();
  while (seconds_since(ended) < longest_rest_s && (waiting[0].fd >= 0 || waiting[1].fd >= 0)) {
    constexpr int patience_ms = 100;
    if (::poll(waiting.data(), texts.size(), patience_ms) <= 0) {
      break;
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (waiting[i].fd >= 0 && waiting[i].revents != 0 && !append_from(waiting[i].fd, *texts[i])) {
        waiting[i].fd = -1;
      }
    }
  }
  return true;
}

}  // namespace

ChildResult run_child(const std::string& program, const std::vector<std::string>& arguments,
                      const ChildOptions& options) {
  FileDescriptor kept(options.kept_descriptor);
  std::vector<std::string> words{program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment_with(options.environment);
  const std::vector<char*> argument_pointers = pointers_to(words);
  const std::vector<char*> environment_pointers = pointers_to(variables);
  Pipe out;
  Pipe err;
  FileDescriptor log;
  if (options.log.empty()) {
    out = make_pipe(program);
    err = make_pipe(program);
  } else {
    log = open_descriptor(options.log, O_WRONLY | O_CREAT | O_APPEND);
    if (!log) {
      fail("{}: cannot be written ({})", options.log.string(), std::strerror(errno));
    }
  }
  Image image{};
  image.program = program.c_str();
  image.arguments = argument_pointers.data();
  image.environment = environment_pointers.data();
  image.folder = options.folder.empty() ? nullptr : options.folder.c_str();
  image.out = options.log.empty() ? out.write.get() : log.get();
  image.err = options.log.empty() ? err.write.get() : log.get();
  image.kept = kept.get();
  Child child(image, make_pipe(program));
  kept.close();
  out.write.close();
  err.write.close();
  ChildResult result;
  result.timed_out = !wait_for(child, out, err, options.timeout_s, result);
  return result;
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of("\r\n ");
  if (end == std::string::npos) {
    return {};
  }
  const std::size_t newline = text.find_last_of("\r\n", end);
  const std::size_t start = newline == std::string::npos ? 0 : newline + 1;
  return text.substr(start, end + 1 - start);
}

std::string shell_word(const std::string& text) {
  std::string word = "'";
  for (const char c : text) {
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return word + "'";
}

}  // namespace ffbench
