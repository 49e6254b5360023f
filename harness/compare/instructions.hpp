#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compare/session.hpp"
#include "reports/comparison.hpp"

namespace ffbench::compare {

inline constexpr const char* marked_schema = "ffbench.marked/1";

/// What a process that made marks for callgrind says of itself.
struct Marked {
  std::string executor;  ///< who computed while instructions were counted, with the SIMD target
  int frames = 0;        ///< 1 of an operator
  std::string digest;    ///< of what was computed
};
/// Throws `Error` where this process does not run under callgrind, or cannot tell it what counts.
void require_callgrind();
std::string to_json(const Marked& marked);
Marked marked_of(const JsonReader& json);

/// Instructions by part, as the files say that callgrind wrote into a folder: parts of one name are
/// added; files and lines that are not callgrind's are left out. Throws `Error` where a part has no
/// count.
std::map<std::string, std::uint64_t> counts_in(const std::filesystem::path& folder);

/// One side's count.
struct InstructionCount {
  Marked marked;
  std::map<std::string, std::uint64_t> parts;  ///< by stage; of an operator one part
};

/// Compares the counts of both sides. Where `gate` is given, the total and every part that holds at
/// least a hundredth of it may grow by that share; a pure function.
InstructionComparison compare_instructions(const InstructionCount& base, const InstructionCount& head,
                                           std::optional<double> gate);

/// Counts both sides of every combination under `valgrind --tool=callgrind`, each side in one
/// process. Combinations of devices and commands are left out. In the order of the others; throws
/// `Error` where valgrind is missing, or a side is too old to be counted.
struct CountedCombination {
  Combination combination;
  InstructionComparison instructions;
  bool same_bytes = true;
};
std::vector<CountedCombination> count_instructions(const SessionOptions& options, std::optional<double> gate,
                                                   Progress& progress);

}  // namespace ffbench::compare
