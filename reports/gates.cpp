#include "reports/gates.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "core/named.hpp"
#include "core/system/glob.hpp"
#include "reports/figures.hpp"
#include "reports/gate_words.hpp"
#include "reports/metric_table.hpp"

namespace ffbench {
namespace {

struct Condition {
  std::string_view name;
  bool (*holds)(const Result&);
};

constexpr std::array conditions{
    Condition{"truth", [](const Result& result) { return result.traits.truth; }},
    Condition{"moving_face", [](const Result& result) { return result.traits.moving_face; }},
    Condition{"face_frames", [](const Result& result) { return result.face_frames > 0; }},
    // Without timed passes a clip was run once, and one run compares with nothing.
    Condition{"timed", [](const Result& result) { return result.timing.has_value(); }},
};

constexpr std::string_view matched_nothing = " matched nothing";

bool holds(GateOp op, double value, double threshold) {
  switch (op) {
    case GateOp::less:
      return value < threshold;
    case GateOp::less_equal:
      return value <= threshold;
    case GateOp::greater:
      return value > threshold;
    case GateOp::greater_equal:
      return value >= threshold;
    case GateOp::equal:
      return value == threshold;
    case GateOp::absolute_less_equal:
      return std::abs(value) <= threshold;
  }
  return false;
}

/// A pipeline with a plan that is wrong on purpose: enhanced/cpu@frozen.
bool is_control(const Result& result) {
  return !result.pipeline.starts_with("command:") && result.pipeline.find('@') != std::string::npos;
}

bool applies(const Gate& gate, const Result& result) {
  return matches_any(gate.fixtures, result.fixture) && matches_any(gate.pipelines, result.pipeline) &&
         matches_any(gate.presets, result.preset) &&
         std::ranges::all_of(gate.where, [&](const std::string& name) {
           const auto condition = find_condition(name);
           return condition && (*condition)(result);
         });
}

constexpr std::string_view words_of(GateOp op) {
  constexpr std::array<std::string_view, 6> words{"below ",    "at most ", "above ",
                                                  "at least ", "",         "within ±"};
  return words[static_cast<std::size_t>(op)];
}

/// "quality.delta.mean is -0.21 dB, wanted at least -0.05 dB", with as many digits as
/// distinguish the two.
std::string comparison(const Gate& gate, const Metric& metric, double value) {
  int digits = 4;
  while (digits < 17 && value != gate.threshold &&
         figure_text(metric, value, digits) == figure_text(metric, gate.threshold, digits)) {
    ++digits;
  }
  return fmt::format("{} is {}, wanted {}{}", metric.name, figure_text(metric, value, digits),
                     words_of(gate.op), figure_text(metric, gate.threshold, digits));
}

/// Whether the base ran over the result's fixture, so that there is something to compare with.
bool has_base(const Report& report, const Result& result) {
  return std::ranges::any_of(report.results, [&](const Result& other) {
    return other.pipeline == base_pipeline_name && other.fixture == result.fixture &&
           other.status == ResultStatus::ok;
  });
}

/// Whether the run has figures of quality alone.
bool times_nothing(const Report& report) {
  const auto repetitions = report.settings.find("repetitions");
  return repetitions != report.settings.end() && repetitions->second == "0";
}

/// The verdict on a result that ran, and its reason.
void weigh(const Gate& gate, const Metric& metric, const Report& report, const Result& result,
           bool expected_fail, GateResult& out) {
  out.value = metric.get(result);
  if (metric.name.starts_with("timing.") && result.timing && !result.timing->invalid.empty()) {
    out.verdict = GateVerdict::inconclusive;
    out.reason = fmt::format("the times are not evidence: {}", result.timing->invalid);
    return;
  }
  if (!out.value && needs_base(metric) && !has_base(report, result)) {
    out.verdict = GateVerdict::skipped;
    out.reason =
        fmt::format("{} compares with {}, which is not in this run", metric.name, base_pipeline_name);
    return;
  }
  if (!out.value && metric.name.starts_with("timing.") && times_nothing(report)) {
    out.verdict = GateVerdict::skipped;
    out.reason = fmt::format("{}: nothing was to be timed (0 repetitions)", metric.name);
    return;
  }
  if (!out.value) {
    out.verdict = gate.may_be_absent.empty() ? GateVerdict::fail : GateVerdict::skipped;
    out.reason = fmt::format("{} was not measured{}{}", metric.name, gate.may_be_absent.empty() ? "" : ": ",
                             gate.may_be_absent);
    return;
  }
  const bool passed = holds(gate.op, *out.value, gate.threshold);
  out.verdict = passed ? GateVerdict::pass : GateVerdict::fail;
  out.reason = comparison(gate, metric, *out.value);
  if (expected_fail && passed) {
    out.verdict = GateVerdict::unexpected_pass;
    out.reason +=
        fmt::format("; the gate is marked as failing ({}): take the mark off", gate.expected_reason);
  } else if (expected_fail) {
    out.verdict = GateVerdict::expected_fail;
    out.reason += fmt::format("; expected: {}", gate.expected_reason);
  }
}

GateResult verdict_on(const Gate& gate, const Metric& metric, const Report& report, const Result& result,
                      const GateOptions& options) {
  GateResult out{.name = gate.name,
                 .gate_class = gate.gate_class,
                 .fixture = result.fixture,
                 .pipeline = result.pipeline,
                 .metric = gate.metric,
                 .value = {},
                 .op = std::string(name_of(gate.op)),
                 .threshold = gate.threshold,
                 .verdict = GateVerdict::skipped,
                 .reason = {}};
  if (result.status == ResultStatus::ok) {
    const bool exempt = gate.expected_fail && !options.ignore_expectations && !is_control(result);
    weigh(gate, metric, report, result, exempt, out);
  } else {
    out.reason = fmt::format("the pipeline {}: {}",
                             result.status == ResultStatus::failed ? "failed" : "was skipped", result.reason);
  }
  return out;
}

/// What makes a gate unusable, empty when nothing does.
std::string defect_of(const Gate& gate, const std::string& origin) {
  if (find_metric(gate.metric) == nullptr) {
    return fmt::format("{}: gate '{}': there is no metric '{}'; metrics are {}", origin, gate.name,
                       gate.metric, metric_names());
  }
  for (const std::string& name : gate.where) {
    if (!find_condition(name)) {
      return fmt::format("{}: gate '{}': there is no condition '{}'; conditions are {}", origin, gate.name,
                         name, condition_names());
    }
  }
  return {};
}

}  // namespace

std::optional<std::function<bool(const Result&)>> find_condition(std::string_view name) {
  const bool negated = name.starts_with('!');
  const auto* found = std::ranges::find(conditions, negated ? name.substr(1) : name, &Condition::name);
  if (found == conditions.end()) {
    return std::nullopt;
  }
  return [negated, test = found->holds](const Result& result) { return test(result) != negated; };
}

std::string condition_names() {
  return names_of(conditions, &Condition::name);
}

void drop_gate_warnings(std::vector<std::string>& warnings) {
  std::erase_if(warnings, [](const std::string& text) { return text.ends_with(matched_nothing); });
}

std::vector<GateResult> evaluate_gates(const Report& report, const GateFile& gates,
                                       const GateOptions& options, std::vector<std::string>& warnings) {
  std::vector<GateResult> out;
  for (const Gate& gate : gates.gates) {
    if (std::string defect = defect_of(gate, gates.origin); !defect.empty()) {
      out.push_back({.name = gate.name,
                     .gate_class = gate.gate_class,
                     .fixture = {},
                     .pipeline = {},
                     .metric = gate.metric,
                     .value = {},
                     .op = std::string(name_of(gate.op)),
                     .threshold = gate.threshold,
                     .verdict = GateVerdict::error,
                     .reason = std::move(defect)});
      continue;
    }
    const Metric& metric = *find_metric(gate.metric);
    const std::size_t before = out.size();
    for (const Result& result : report.results) {
      if (applies(gate, result)) {
        out.push_back(verdict_on(gate, metric, report, result, options));
      }
    }
    if (out.size() == before && !gate.optional) {
      warnings.push_back(fmt::format("{}: gate '{}'{}", gates.origin, gate.name, matched_nothing));
    }
  }
  return out;
}

}  // namespace ffbench
