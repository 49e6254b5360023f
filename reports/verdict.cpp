#include <algorithm>

#include <fmt/core.h>

#include "core/exit_severity.hpp"
#include "reports/gates.hpp"

namespace ffbench {
namespace {

struct Finding {
  ExitCode code;
  std::string reason;
};

std::string place(const std::string& fixture, const std::string& pipeline) {
  return fixture.empty() ? pipeline : fixture + ", " + pipeline;
}

void judge_results(const Report& report, std::vector<Finding>& findings) {
  for (const Result& result : report.results) {
    if (result.status == ResultStatus::failed) {
      findings.push_back(
          {ExitCode::bad_input,
           fmt::format("{} failed: {}", place(result.fixture, result.pipeline), result.reason)});
    } else if (result.status == ResultStatus::skipped && result.required) {
      findings.push_back(
          {ExitCode::bad_input, fmt::format("{} was requested and skipped: {}",
                                            place(result.fixture, result.pipeline), result.reason)});
    }
  }
}

/// Whether the gate decided anything.
bool judge_gate(const GateResult& gate, std::vector<Finding>& findings) {
  const auto found = [&](ExitCode code) {
    const std::string where = place(gate.fixture, gate.pipeline);
    findings.push_back(
        {code, where.empty() ? gate.reason : fmt::format("{}: {}: {}", where, gate.name, gate.reason)});
  };
  switch (gate.verdict) {
    case GateVerdict::error:
      found(ExitCode::bad_input);
      return false;
    case GateVerdict::fail:
      found(gate.gate_class == GateClass::correctness ? ExitCode::incorrect : ExitCode::gate_failed);
      return true;
    case GateVerdict::unexpected_pass:
      found(ExitCode::gate_failed);
      return true;
    case GateVerdict::inconclusive:
      found(ExitCode::not_enough_evidence);
      return false;
    case GateVerdict::skipped:
      return false;
    case GateVerdict::pass:
    case GateVerdict::expected_fail:
      return true;
  }
  return false;
}

constexpr Outcome outcome_of(ExitCode code) {
  switch (code) {
    case ExitCode::ok:
      return Outcome::pass;
    case ExitCode::bad_input:
      return Outcome::error;
    case ExitCode::not_enough_evidence:
      return Outcome::inconclusive;
    case ExitCode::gate_failed:
    case ExitCode::incorrect:
      return Outcome::fail;
  }
  return Outcome::error;
}

}  // namespace

RunVerdict decide(const Report& report) {
  std::vector<Finding> findings;
  judge_results(report, findings);
  bool decided = false;
  for (const GateResult& gate : report.gates) {
    decided = judge_gate(gate, findings) || decided;
  }
  if (report.results.empty() || (!decided && findings.empty())) {
    const Finding nothing{ExitCode::not_enough_evidence,
                          report.results.empty() ? "nothing was run" : "no gate decided anything"};
    findings.push_back(nothing);
  }
  RunVerdict verdict{.outcome = Outcome::pass, .exit_code = ExitCode::ok, .reasons = {}};
  for (const ExitCode code : exit_codes_by_severity) {
    for (const Finding& finding : findings) {
      if (finding.code == code) {
        verdict.exit_code = verdict.reasons.empty() ? code : verdict.exit_code;
        verdict.reasons.push_back(finding.reason);
      }
    }
  }
  verdict.outcome = outcome_of(verdict.exit_code);
  return verdict;
}

void judge(Report& report, const GateFile& gates, const GateOptions& options) {
  drop_gate_warnings(report.warnings);
  report.gates = evaluate_gates(report, gates, options, report.warnings);
  RunVerdict verdict = decide(report);
  report.verdict = verdict.outcome;
  report.exit_code = verdict.exit_code;
  report.reasons = std::move(verdict.reasons);
}

}  // namespace ffbench
