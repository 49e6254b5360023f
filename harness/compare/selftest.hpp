#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/system/progress.hpp"

namespace ffbench::compare {

struct SelftestOptions {
  /// Ffbench; ffbench_faulty and ffbench_contracted lie beside it
  std::filesystem::path program;
  std::vector<std::string> faults;        ///< globs; empty: all
  std::string pipeline = "enhanced/cpu";  ///< that the faults are put into
  int clean_runs = 100;
  bool resume = false;
  std::filesystem::path out;
};

struct FaultOutcome {
  std::string name;
  std::string description;
  bool skipped = false;
  bool caught = false;
  int exit_code = 0;
  std::string message;  ///< the reason that was given, or why it was skipped or not caught
};

struct SelftestOutcome {
  std::vector<FaultOutcome> faults;
  int clean_runs = 0;
  std::vector<std::string> alarms;  ///< of clean runs

  [[nodiscard]] bool passed() const;
};

/// Runs every seeded fault and the clean runs. A fault that is not caught, or with another exit
/// code or reason, is a failure of the harness. What was found is kept in `out`/outcomes.jsonl;
/// `resume` goes on after it.
SelftestOutcome run_selftest(const SelftestOptions& options, Progress& progress);

}  // namespace ffbench::compare
