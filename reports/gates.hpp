#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/system/glob.hpp"  // gate files and options share the patterns
#include "reports/report.hpp"

namespace ffbench {

enum class GateOp { less, less_equal, greater, greater_equal, equal, absolute_less_equal };

/// A rule on one figure of every result that it matches (ci/gates.schema.json).
/// Patterns as in core/system/glob.hpp. Empty lists match
/// everything.
struct Gate {
  std::string name;
  std::string description;
  std::string metric;  ///< a name of `metric_table()`
  GateOp op = GateOp::less_equal;
  double threshold = 0;
  GateClass gate_class = GateClass::quality;
  std::vector<std::string> fixtures;
  std::vector<std::string> pipelines;
  std::vector<std::string> presets;
  std::vector<std::string> where;  ///< names of conditions, `!` negates; all must hold
  bool optional = false;           ///< matching no result is not a warning
  /// Why the figure may be absent from a result that ran: the gate is then skipped, with this
  /// reason. Empty: it fails.
  std::string may_be_absent;
  bool expected_fail = false;
  std::string expected_reason;
};

struct GateFile {
  std::string origin;  ///< the file, for messages
  std::vector<Gate> gates;
};

/// Throws `Error` that names file, gate and the legal values of what is wrong: unknown keys,
/// metrics, conditions, operators and classes, a double name, `expected: fail` without a reason.
GateFile gates_from_json(std::string_view text, const std::string& origin);
GateFile read_gates(const std::filesystem::path& path);

struct GateOptions {
  bool ignore_expectations = false;  ///< `expected: fail` is as if it were not there
};

/// Every gate on every result it matches, in the order of the gates, then of the results. Depends
/// on nothing but its arguments. Adds a line to `warnings` for every gate that matches no result. A
/// figure that is absent from an ok result is a failure; of a skipped or failed result the gate is
/// skipped. `expected: fail` exempts no control (a pipeline PIPELINE@CONTROL): gates are there to
/// reject them.
std::vector<GateResult> evaluate_gates(const Report& report, const GateFile& gates,
                                       const GateOptions& options, std::vector<std::string>& warnings);

struct RunVerdict {
  Outcome outcome = Outcome::inconclusive;
  ExitCode exit_code = ExitCode::not_enough_evidence;
  std::vector<std::string> reasons;  ///< the most severe first
};

/// The verdict on `report.results` and `report.gates`: failed results, required results that were
/// skipped and gate errors are errors (2); then a failed correctness gate (4); a failed gate or an
/// unexpected pass (1); an inconclusive gate or no gate that decided anything (3).
RunVerdict decide(const Report& report);

/// Takes the warnings that `evaluate_gates` adds out again.
void drop_gate_warnings(std::vector<std::string>& warnings);

/// Evaluates, decides and stores both in the report, in place of an earlier judgement.
void judge(Report& report, const GateFile& gates, const GateOptions& options = {});

}  // namespace ffbench
