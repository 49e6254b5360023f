#include "harness/compare/build_cache.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include "build_info.hpp"
#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/joined.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/file_descriptor.hpp"
#include "core/system/parallel.hpp"
#include "harness/system/child_process.hpp"

namespace ffbench::compare {
namespace {

/// Held while a build is made or looked for, so that two sessions do not build the same.
FileDescriptor locked(const std::filesystem::path& path) {
  FileDescriptor file = open_descriptor(path, O_RDWR | O_CREAT, 0666);
  if (!file || ::flock(file.get(), LOCK_EX) != 0) {
    fail("{}: cannot be locked ({})", path.string(), std::strerror(errno));
  }
  return file;
}

std::vector<std::string> configure_flags() {
  return {"-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DFFBENCH_BUILD_TESTS=OFF",
          "-DFFBENCH_WARNINGS_AS_ERRORS=OFF"};
}

/// What else the program depends on than its commit.
std::string flags_key() {
  std::string text = build_info::compiler;
  for (const std::string& flag : configure_flags()) {
    text += " " + flag;
  }
  for (const char* name : {"CXX", "CXXFLAGS", "CUDACXX", "CUDAFLAGS"}) {
    if (const char* value = std::getenv(name); value != nullptr) {
      text += fmt::format(" {}={}", name, value);
    }
  }
  return digest_of(text.data(), text.size()).hex().substr(0, 8);
}

/// Runs a step of a build; its output goes into the log, which errors name.
void step(const std::vector<std::string>& words, const std::filesystem::path& log, const std::string& what) {
  const ChildResult run = run_child(words.front(), {words.begin() + 1, words.end()});
  std::string text = std::filesystem::exists(log) ? read_file(log) : std::string();
  write_file_atomically(log, text + fmt::format("$ {}\n", joined(words, " ")) + run.out + run.err);
  if (run.exit_code != 0) {
    fail("{} failed: {}; the whole log is {}", what, last_line(run.err.empty() ? run.out : run.err),
         log.string());
  }
}

void make_cache(const std::filesystem::path& cache) {
  std::error_code error;
  std::filesystem::create_directories(cache, error);
  if (error) {
    fail("{}: cannot make the folder ({}); set FFBENCH_CACHE to another", cache.string(), error.message());
  }
}

/// Unless it exists already. Replaces the log.
void make_worktree(const std::string& commit, const std::string& full,
                   const std::filesystem::path& repository, const std::filesystem::path& tree,
                   const std::filesystem::path& log) {
  std::error_code error;
  std::filesystem::remove(log, error);
  if (!std::filesystem::exists(tree / ".git")) {
    std::filesystem::remove_all(tree, error);
    run_child("git", {"-C", repository.string(), "worktree", "prune"});
    step({"git", "-C", repository.string(), "worktree", "add", "--detach", "--force", tree.string(), full},
         log, fmt::format("checking out {}", commit));
  }
}

}  // namespace

std::string resolve_commit(const std::string& commit, const std::filesystem::path& repository) {
  const ChildResult run =
      run_child("git", {"-C", repository.string(), "rev-parse", "--verify", "--quiet", commit + "^{commit}"});
  if (run.exit_code != 0) {
    fail("'{}': no such commit in {}; give a branch, a tag or a commit that is fetched", commit,
         repository.string());
  }
  return last_line(run.out);
}

std::filesystem::path check_out_commit(const std::string& commit, const std::filesystem::path& repository,
                                       const std::filesystem::path& cache, Progress& progress) {
  const std::string full = resolve_commit(commit, repository);
  make_cache(cache);
  const std::string key = full.substr(0, 16) + "-files";
  const FileDescriptor lock = locked(cache / (key + ".lock"));
  const std::filesystem::path done = cache / (key + ".done");
  if (!std::filesystem::exists(done)) {
    progress.say(
        fmt::format("checking out {} ({}) in {}", commit, full.substr(0, 12), (cache / key).string()));
    make_worktree(commit, full, repository, cache / key, cache / (key + ".log"));
    write_file_atomically(done, full + "\n");
  }
  return cache / key;
}

std::string state_of_folder(const std::filesystem::path& folder) {
  const auto git = [&folder](std::vector<std::string> words) {
    words.insert(words.begin(), {"-C", folder.string()});
    return run_child("git", words);
  };
  const std::string path = std::filesystem::absolute(folder).string();
  const ChildResult commit = git({"rev-parse", "--verify", "--quiet", "HEAD"});
  return commit.exit_code != 0
             ? path
             : path + commit.out + git({"status", "--porcelain"}).out + git({"diff", "HEAD"}).out;
}

Arm build_commit(const std::string& commit, const std::filesystem::path& repository,
                 const std::filesystem::path& cache, Progress& progress) {
  const std::string full = resolve_commit(commit, repository);
  make_cache(cache);
  const std::string key = full.substr(0, 16) + "-" + flags_key();
  const std::filesystem::path tree = cache / key;
  const std::filesystem::path log = cache / (key + ".log");
  const std::filesystem::path done = cache / (key + ".done");
  const std::filesystem::path binary = tree / "build" / "compare" / "harness" / "ffbench";
  const FileDescriptor lock = locked(cache / (key + ".lock"));
  if (!std::filesystem::exists(done) || !std::filesystem::exists(binary)) {
    progress.say(fmt::format("building {} ({}) in {}", commit, full.substr(0, 12), tree.string()));
    make_worktree(commit, full, repository, tree, log);
    std::vector<std::string> configure{"cmake", "-S", tree.string(), "-B",
                                       (tree / "build" / "compare").string()};
    const std::vector<std::string> flags = configure_flags();
    configure.insert(configure.end(), flags.begin(), flags.end());
    step(configure, log, fmt::format("configuring {}", commit));
    step({"cmake", "--build", (tree / "build" / "compare").string(), "--target", "ffbench", "--parallel",
          std::to_string(hardware_threads())},
         log, fmt::format("building {}", commit));
    write_file_atomically(done, full + "\n");
  }
  return make_arm(commit, binary);
}

}  // namespace ffbench::compare
