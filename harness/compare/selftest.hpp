#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "harness/progress.hpp"

namespace ffbench::compare {

/// How a seeded fault is run.
enum class FaultRun {
  suite,        ///< `run suite` of the faulty program
  determinism,  ///< several fresh processes of the faulty program must make the same bytes
  branches,     ///< the sound program against the faulty one, in interleaved pairs
  contracted,   ///< `run suite` of the program with contracted multiply-adds
  half_file,    ///< `compare` with half a result file
};

/// A fault of the list in docs/compare.md, and how it must be told.
struct SeededFault {
  std::string_view name;  ///< in ffbench_faulty, where it is one of its faults
  std::string_view description;
  FaultRun run;
  std::string_view pipeline;
  ExitCode exit_code;
  std::string_view words;  ///< that the reasons must hold
};

std::span<const SeededFault> seeded_faults();

struct SelftestOptions {
  std::filesystem::path program;          ///< ffbench; ffbench_faulty and ffbench_contracted lie beside it
  std::vector<std::string> faults;        ///< globs; empty: all
  std::string pipeline = "enhanced/cpu";  ///< that the faults are put into
  int clean_runs = 100;
  std::filesystem::path out;
};

struct FaultOutcome {
  std::string name;
  std::string description;
  bool skipped = false;
  bool caught = false;
  int exit_code = 0;
  std::string told;  ///< the reason that was given, or why it was skipped or not caught
};

struct SelftestOutcome {
  std::vector<FaultOutcome> faults;
  int clean_runs = 0;
  std::vector<std::string> alarms;  ///< of clean runs

  [[nodiscard]] bool passed() const;
};

/// Runs every fault and the clean runs. A fault that is not caught, or with another exit code or reason, is a failure of
/// the harness.
SelftestOutcome run_selftest(const SelftestOptions& options, Progress& progress);

}  // namespace ffbench::compare
