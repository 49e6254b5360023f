#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "harness/determinism/trace.hpp"
#include "harness/determinism/variants.hpp"
#include "harness/pipeline/subject.hpp"
#include "harness/system/progress.hpp"
#include "reports/report.hpp"

namespace ffbench {

struct DeterminismOptions {
  std::string suite = "smoke";
  std::vector<std::string> fixtures;  ///< globs; empty: all
  std::vector<Pipeline> pipelines;
  Axes axes;
  /// Passes of every variant by one executor, at least 1. As many follow of which the outputs alone
  /// are looked at.
  int runs = 3;
  int processes = 1;  ///< passes of the first variant, each in a fresh process
  MakeExecutor make = make_executor;
  /// The program that fresh processes run; it knows the option --child.
  std::filesystem::path program = "/proc/self/exe";
};

/// One pass that was not the one expected.
struct DeterminismDifference {
  std::string variant;
  int run = 0;        ///< counted from 1
  std::string stage;  ///< the first that differs; "plan" where the plan does
  int frame = 0;
  /// In the image, with both values: the first pass's and this one's
  std::optional<Mismatch> place;
  std::string note;  ///< what is to be known of `place`

  [[nodiscard]] std::string text() const;
};

/// One pipeline on one fixture.
struct DeterminismRow {
  std::string fixture;
  std::string pipeline;
  std::string executor;  ///< what ran first
  std::string skipped;   ///< why nothing ran
  std::string failure;   ///< why it could not be finished
  int variants = 0;
  int runs = 0;
  int differing = 0;                           ///< runs that are not as the first one
  StageDigests digests;                        ///< of the first run
  std::optional<DeterminismDifference> first;  ///< of the first run that differs
};

struct DeterminismReport {
  static constexpr const char* schema = "ffbench.determinism/1";
  std::string suite;
  std::vector<DeterminismRow> rows;
  std::vector<std::string> axes;     ///< what was varied, a line a pipeline
  std::vector<std::string> skipped;  ///< parts of the axes that this machine lacks
  bool required_was_skipped = false;

  /// 2 where something failed or a pipeline that was requested did not run; 4 where runs differ;
  /// else 0.
  [[nodiscard]] ExitCode exit_code() const;
  /// A table for people.
  [[nodiscard]] std::string text() const;
  /// reports/determinism.schema.json
  [[nodiscard]] std::string json() const;
};

/// Runs every pipeline over every fixture in all its variants, `runs` times each, and in fresh
/// processes, and compares the digest of the plan and of every image of every stage with those of
/// the first run. As often each variant runs with no stage observed, as it does
/// while it is timed, and its output frames are compared. A run that differs is traced to the first
/// frame, stage and coordinate: the differing image is kept, and the first variant is run again
/// until it makes the image that it made before.
DeterminismReport check_determinism(const DeterminismOptions& options, Progress& progress);

}  // namespace ffbench
