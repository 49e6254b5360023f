#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/executor.hpp"
#include "harness/pipeline/executor_tuning.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/subject.hpp"
#include "harness/system/progress.hpp"
#include "reports/ledger.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// What to compare. Globs as in core/system/glob.hpp; an empty list means everything.
struct StageVerifyOptions {
  std::vector<std::string> suites{"smoke"};
  std::vector<std::string> fixtures;  ///< globs of fixture names
  /// Globs of backend names; a whole name asks for that backend
  std::vector<std::string> backends;
  ExecutorTuning tuning;
  MakeExecutor make = make_executor;  ///< of the backends; the reference is always the reference
};

/// One backend on one fixture.
struct StageVerifyRow {
  std::string suite;
  std::string fixture;
  std::string backend;
  std::string executor;  ///< what really ran
  int frames = 0;
  Equality equality;
  std::string skipped;  ///< why nothing was compared
  std::string failure;  ///< why it could not be finished
};

struct StageVerifyReport {
  /// Of a skipped backend one a suite, without fixture
  std::vector<StageVerifyRow> rows;
  std::map<std::string, FixtureDigests> reference;  ///< by suite
  bool asked_for_was_skipped = false;

  [[nodiscard]] std::int64_t bytes() const;
  [[nodiscard]] std::int64_t mismatches() const;
  /// Bytes of a suite that were compared on a backend; 0 where it did not run.
  [[nodiscard]] std::int64_t bytes(const std::string& suite, Backend backend) const;
  /// A table for people, skipped backends with their reason.
  [[nodiscard]] std::string text() const;
  /// 2 where something failed or a backend that was requested by name did not run; then 4 where a
  /// byte differs; else 0.
  [[nodiscard]] ExitCode exit_code() const;
};

/// Runs preset `default` over every fixture on the reference and on every backend that this machine
/// has, frame by frame side by side, and compares every byte of every stage. Throws `Error` where
/// nothing is selected.
StageVerifyReport verify_stages(const StageVerifyOptions& options, Progress& progress);

/// "stage warp, frame 3, face 0, x 1, y 2, channel 0: expected 17, got 18"
std::string describe(const Mismatch& mismatch);

}  // namespace ffbench
