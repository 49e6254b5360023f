#pragma once

#include <filesystem>
#include <string>

#include "harness/compare/session.hpp"
#include "harness/system/progress.hpp"

namespace ffbench::compare {

/// The program of a commit, built in a worktree of its own below `cache`; a build that is there is
/// used again. It has CUDA where `ci/choose-cuda` of the repository chooses it, as for the
/// launcher. Worktrees are keyed by commit, build flags and compiler. Throws `Error` where git does
/// not know the commit or the build fails, with the log's name.
Arm build_commit(const std::string& commit, const std::filesystem::path& repository,
                 const std::filesystem::path& cache, Progress& progress);

/// The files of a commit, in a worktree of their own below `cache`; a worktree that is there as a
/// whole is used again.
std::filesystem::path check_out_commit(const std::string& commit, const std::filesystem::path& repository,
                                       const std::filesystem::path& cache, Progress& progress);

/// What distinguishes the state of a folder from others: its commit and local changes where it is a
/// git checkout, its path where not.
std::string state_of_folder(const std::filesystem::path& folder);

/// The full name of a commit; throws `Error` where git does not know it.
std::string resolve_commit(const std::string& commit, const std::filesystem::path& repository);

}  // namespace ffbench::compare
