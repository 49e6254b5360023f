#pragma once

#include <string>

#include "reports/comparison.hpp"
#include "reports/report.hpp"

namespace ffbench::compare {

struct StoredOptions {
  std::string base_label;
  std::string head_label;
  /// Output that differs is shown but is not an error; what the gates make of it decides then.
  bool allow_changed_output = false;
  /// False where samples judge the output's bytes.
  bool judge_bytes = true;
};

/// Two stored reports, result by result: bytes, determinism, gates and every figure. Runtimes are
/// shown and not judged: runs that were made one after the other are not evidence of a slow-down.
///
/// - bytes of an output differ, or a head's runs differ among themselves: incorrect
/// - a gate that the base passes and the head fails: fail (incorrect for a gate of the correctness
/// class)
/// - a result that the head lacks, or that failed in the head alone: error
Comparison compare_reports(const Report& base, const Report& head, const StoredOptions& options);

/// The figures that differ between two results, runtimes and determinism left out.
std::vector<MetricDifference> differing_metrics(const Result& base, const Result& head);

}  // namespace ffbench::compare
