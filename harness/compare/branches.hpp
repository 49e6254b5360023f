#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "harness/system/progress.hpp"
#include "reports/comparison.hpp"

namespace ffbench::compare {

struct Combination;

struct BranchesOptions {
  std::string base;  ///< a commit; a label where there is a binary
  std::string head;
  /// Used instead of building the commit; where commands are compared, what {binary} stands for.
  std::filesystem::path base_binary;
  std::filesystem::path head_binary;
  /// Where commands are compared: what {checkout} stands for, instead of the commit's files.
  std::filesystem::path base_checkout;
  std::filesystem::path head_checkout;
  std::filesystem::path repository;
  std::string suite = "smoke";
  std::vector<std::string> fixtures;   ///< globs; empty: all
  std::vector<std::string> pipelines;  ///< empty: enhanced/auto
  std::string swap = "source";
  int passes = 5;
  int threads = 1;
  bool by_processes = false;  ///< one process after the other, though both could take turns
  std::uint64_t seed = 1;
  std::filesystem::path out;
  std::filesystem::path calibration;  ///< empty: that of the cache folder
  bool resume = false;
  bool allow_changed_output = false;
  bool runtime_only = false;  ///< no quality run of either side
  std::vector<std::pair<std::string, std::string>> head_environment;
  std::string inject_slowdown;  ///< into the head, for tests of the procedure
  std::string command_line;
};

/// Builds both commits where needed (where commands are compared: checks them out), runs both once
/// for their bytes and figures, then measures interleaved pairs of fresh processes until every
/// fixture and pipeline is decided. Pairs are kept in `out`/pairs.jsonl.
Comparison compare_branches(const BranchesOptions& options, Progress& progress);

/// Fixtures of the suite that match times the pipelines; throws `Error` where nothing matches or a
/// pipeline cannot run.
std::vector<Combination> combinations_of(const std::string& suite, const std::vector<std::string>& fixtures,
                                         const std::vector<std::string>& pipelines);

/// The number of figures that are gated together.
int family_of(const std::vector<Combination>& combinations);

}  // namespace ffbench::compare
