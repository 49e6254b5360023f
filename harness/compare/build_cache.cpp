#include "harness/compare/build_cache.hpp"

#include <cstdlib>
#include <sstream>
#include <vector>

#include <fmt/core.h>

#include "build_info.hpp"
#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/joined.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/file_lock.hpp"
#include "core/system/parallel.hpp"
#include "harness/system/child_process.hpp"

namespace ffbench::compare {
namespace {

/// How both sides are configured.
struct Configuration {
  std::vector<std::string> flags;
  std::string choice;  ///< with CUDA or without it, and why
};

/// With CUDA where the launcher would build with it: what `ci/choose-cuda` of the repository says.
/// Repositories without that script hold programs without CUDA.
Configuration configuration_for(const std::filesystem::path& repository) {
  Configuration result{{"-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DFFBENCH_BUILD_TESTS=OFF",
                        "-DFFBENCH_WARNINGS_AS_ERRORS=OFF"},
                       "without CUDA: the repository has no ci/choose-cuda"};
  const std::filesystem::path script = repository / "ci" / "choose-cuda";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(script, ignored)) {
    return result;
  }
  const ChildResult run = run_child(script.string(), {});
  std::vector<std::string> lines;
  std::istringstream answer(run.out);
  for (std::string line; std::getline(answer, line);) {
    lines.push_back(line);
  }
  if (run.exit_code != 0 || lines.size() < 2) {
    fail("{}: {}", script.string(), last_line(run.err.empty() ? run.out : run.err));
  }
  result.choice = lines[1];
  result.flags.emplace_back(lines[0] == "release" ? "-DFFBENCH_WITH_CUDA=OFF" : "-DFFBENCH_WITH_CUDA=ON");
  result.flags.insert(result.flags.end(), lines.begin() + 2, lines.end());
  return result;
}

/// What else the program depends on than its commit.
std::string key_of(const Configuration& configuration) {
  std::string text = build_info::compiler;
  for (const std::string& flag : configuration.flags) {
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

constexpr const char* cache_remedy = "set FFBENCH_CACHE to another folder";

void make_cache(const std::filesystem::path& cache) {
  std::error_code error;
  std::filesystem::create_directories(cache, error);
  if (error) {
    fail("{}: cannot make the folder ({}); set FFBENCH_CACHE to another", cache.string(), error.message());
  }
}

/// Unless it is there as a whole, which a mark beside it says: a checkout that was killed left only
/// some of the files. Replaces the log.
void make_worktree(const std::string& commit, const std::string& full,
                   const std::filesystem::path& repository, const std::filesystem::path& tree,
                   const std::filesystem::path& log) {
  const std::filesystem::path whole = tree.string() + ".checked-out";
  std::error_code error;
  std::filesystem::remove(log, error);
  if (std::filesystem::exists(whole) && std::filesystem::exists(tree / ".git")) {
    return;
  }
  std::filesystem::remove(whole, error);
  std::filesystem::remove_all(tree, error);
  run_child("git", {"-C", repository.string(), "worktree", "prune"});
  step({"git", "-C", repository.string(), "worktree", "add", "--detach", "--force", tree.string(), full}, log,
       fmt::format("checking out {}", commit));
  write_file_atomically(whole, full + "\n");
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
  const FileLock lock(cache / (key + ".lock"), cache_remedy);
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
  const Configuration configuration = configuration_for(repository);
  const std::string key = full.substr(0, 16) + "-" + key_of(configuration);
  const std::filesystem::path tree = cache / key;
  const std::filesystem::path log = cache / (key + ".log");
  const std::filesystem::path done = cache / (key + ".done");
  const std::filesystem::path binary = tree / "build" / "compare" / "harness" / "ffbench";
  const FileLock lock(cache / (key + ".lock"), cache_remedy);
  if (!std::filesystem::exists(done) || !std::filesystem::exists(binary)) {
    progress.say(fmt::format("building {} ({}) in {}, {}", commit, full.substr(0, 12), tree.string(),
                             configuration.choice));
    make_worktree(commit, full, repository, tree, log);
    std::vector<std::string> configure{"cmake", "-S", tree.string(), "-B",
                                       (tree / "build" / "compare").string()};
    configure.insert(configure.end(), configuration.flags.begin(), configuration.flags.end());
    step(configure, log, fmt::format("configuring {}", commit));
    step({"cmake", "--build", (tree / "build" / "compare").string(), "--target", "ffbench", "--parallel",
          std::to_string(hardware_threads())},
         log, fmt::format("building {}", commit));
    write_file_atomically(done, full + "\n");
  }
  return make_arm(commit, binary);
}

}  // namespace ffbench::compare
