#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/noise_floor.hpp"
#include "harness/compare/pair_store.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/statistics/procedure.hpp"
#include "harness/system/progress.hpp"
#include "reports/comparison.hpp"

namespace ffbench::compare {

/// A program that gives samples. Where commands are compared it is the same ffbench on both sides,
/// and the side's folder or program is in its environment.
struct Arm {
  std::string label;
  std::filesystem::path binary;
  std::string digest;  ///< XXH3-128 of the binary, for commands with what distinguishes the sides
  std::vector<std::string> arguments;  ///< added to those of `sample`
  std::vector<std::pair<std::string, std::string>> environment;
};

/// The arm of a program file; throws `Error` where there is none.
Arm make_arm(std::string label, const std::filesystem::path& binary);

struct Combination {
  std::string fixture;
  std::string pipeline;
};

/// Commands are whole runs of other programs, which cannot take turns.
inline bool is_command(const Combination& combination) {
  return combination.pipeline.starts_with("command:");
}

/// What is interleaved within a pair.
enum class Interleaving {
  passes,    ///< both processes run at once and take turns, pass by pass
  processes  ///< one process runs after the other has ended
};

struct SessionOptions {
  std::string suite = "smoke";
  std::vector<Combination> combinations;
  Arm base;
  Arm head;
  std::string swap = "source";
  int passes = 5;
  int threads = 1;
  Interleaving interleaving = Interleaving::passes;
  std::uint64_t seed = 1;
  statistics::Procedure procedure;  ///< its family: the sum of the pipelines' `judged_figures`
  std::filesystem::path store;
  bool resume = false;
};

/// Measures quad after quad, each undecided combination in turn, until each is decided. What is
/// stored already is not measured again. Throws `Error` (exit code 2) where an arm crashes, prints
/// no sample, or measured something else.
void run_session(const SessionOptions& options, PairStore& store, Progress& progress);

/// The one line that identifies a session in its store.
std::string header_of(const SessionOptions& options);

/// The number of figures that may be judged of a pipeline: the host's clock; where it runs on a
/// device that one's clock and each of its stages.
int judged_figures(const Pipeline& pipeline);

/// Whether the stored pairs of a combination decide it: one figure fails, or each has a verdict.
bool is_decided(const std::map<int, Pair>& pairs, const statistics::Procedure& procedure);

/// What the stored pairs of a combination say; a pure function of them.
struct PairVerdict {
  RuntimeComparison runtime;
  std::vector<std::string> incorrect;  ///< bytes that differ between samples of one arm
  bool same_bytes = true;              ///< base and head made the same bytes
  /// False for commands whose own runs differ in the base already
  bool bytes_comparable = true;
  std::string memory;  ///< where the head's memory grows over the passes and the base's does not
};
/// `floors`: of identical code, where they are known. A clock that is too noisy makes the verdict
/// INVALID; a stage that is too noisy is not judged.
PairVerdict judge_pairs(const std::map<int, Pair>& pairs, const statistics::Procedure& procedure,
                        const std::map<Figure, NoiseFloor>& floors = {});

/// One fresh process of an arm on its own.
Sample take_sample(const SessionOptions& options, const Arm& arm, const Combination& combination);

/// Whether the program's processes can take turns; builds from before that, and whatever else
/// prints samples, cannot.
bool takes_turns(const Arm& arm);

std::string_view name_of(Interleaving interleaving);

}  // namespace ffbench::compare
