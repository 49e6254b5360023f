#pragma once

#include <span>
#include <string_view>

#include "core/error.hpp"

namespace ffbench::compare {

/// How a seeded fault is run.
enum class FaultRun {
  suite,        ///< `run suite` of the faulty program
  determinism,  ///< several fresh processes of the faulty program must make the same bytes
  branches,     ///< the sound program against the faulty one, in interleaved pairs
  contracted,   ///< `run suite` of the program with contracted multiply-adds
  half_file,    ///< `compare` with half a result file
};

/// The environment variable that chooses the fault of ffbench_faulty; without it there is none.
inline constexpr const char* fault_variable = "FFBENCH_FAULT";

/// A fault of the list in docs/compare.md, and how the self-test must notice it.
struct SeededFault {
  std::string_view name;
  std::string_view injected;  ///< the value of `fault_variable`; empty: ffbench_faulty is not used
  std::string_view description;
  FaultRun run;
  std::string_view fixture;   ///< of `selftest_suite`
  std::string_view pipeline;  ///< empty: the one of the self-test's options
  bool needs_gpu;
  ExitCode exit_code;
  std::string_view words;  ///< that the reasons must hold
};

std::span<const SeededFault> seeded_faults();

/// The fixtures of the self-test, as a suite file: small ones for bytes and gates, and one whose
/// pass takes about 50 ms.
extern const std::string_view selftest_suite;

}  // namespace ffbench::compare
