#include "reports/comparison.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "core/exit_severity.hpp"
#include "core/json/json_text.hpp"
#include "reports/figures.hpp"

namespace ffbench {
namespace {

using Json = nlohmann::ordered_json;

Json side_json(const ComparedSide& side) {
  return {{"label", side.label},
          {"commit", side.commit},
          {"binary_digest", side.binary_digest},
          {"machine", side.machine},
          {"started", side.started}};
}

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json ratio_json(const RatioEstimate& estimate) {
  Json json{{"ratio", number(estimate.ratio)}};
  if (estimate.lower) {
    json["lower"] = *estimate.lower;
  }
  if (estimate.upper) {
    json["upper"] = *estimate.upper;
  }
  return json;
}

Json figure_json(const JudgedFigure& figure) {
  Json json{{"clock", figure.clock}};
  if (!figure.stage.empty()) {
    json["stage"] = figure.stage;
  }
  json["verdict"] = name_of(figure.verdict);
  json["reason"] = figure.reason;
  json.update(ratio_json(figure.ratio));
  json["base_s"] = number(figure.base_s);
  json["head_s"] = number(figure.head_s);
  json["pairs"] = figure.pairs;
  json["sigma"] = number(figure.sigma);
  json["detectable"] = number(figure.detectable);
  if (figure.noise_floor) {
    json["noise_floor"] = *figure.noise_floor;
  }
  return json;
}

Json runtime_json(const RuntimeComparison& runtime) {
  Json json = ratio_json(runtime.ratio);
  json["judged"] = runtime.judged;
  if (runtime.judged) {
    json["verdict"] = name_of(runtime.verdict);
  }
  json["reason"] = runtime.reason;
  json["base_s"] = number(runtime.base_s);
  json["head_s"] = number(runtime.head_s);
  json["pairs"] = runtime.pairs;
  json["voided"] = runtime.voided;
  json["sigma"] = number(runtime.sigma);
  json["detectable"] = number(runtime.detectable);
  if (runtime.noise_floor) {
    json["noise_floor"] = *runtime.noise_floor;
  }
  if (runtime.first_frame) {
    json["first_frame"] = ratio_json(*runtime.first_frame);
  }
  json["stages"] = Json::object();
  for (const StageDifference& stage : runtime.stages) {
    json["stages"][stage.stage] = {{"base_ms", number(stage.base_ms)}, {"head_ms", number(stage.head_ms)}};
  }
  if (!runtime.slowest_stage.empty()) {
    json["slowest_stage"] = runtime.slowest_stage;
  }
  json["figures"] = Json::array();
  for (const JudgedFigure& figure : runtime.figures) {
    json["figures"].push_back(figure_json(figure));
  }
  json["points"] = Json::array();
  for (const PairPoint& point : runtime.points) {
    Json entry{{"hours", point.hours},
               {"ratio", number(point.ratio)},
               {"first", point.base_first ? "base" : "head"}};
    if (!point.voided.empty()) {
      entry["voided"] = point.voided;
    }
    json["points"].push_back(std::move(entry));
  }
  return json;
}

Json instructions_json(const InstructionComparison& instructions) {
  Json json{{"tool", "callgrind"},
            {"base_executor", instructions.base_executor},
            {"head_executor", instructions.head_executor},
            {"frames", instructions.frames},
            {"base", instructions.base},
            {"head", instructions.head}};
  if (instructions.gate) {
    json["gate"] = *instructions.gate;
    json["verdict"] = name_of(instructions.verdict);
  }
  json["reason"] = instructions.reason;
  json["parts"] = Json::object();
  for (const CountedPart& part : instructions.parts) {
    json["parts"][part.part] = {{"base", part.base}, {"head", part.head}};
  }
  return json;
}

Json result_json(const ComparedResult& result) {
  Json json{{"fixture", result.fixture}, {"pipeline", result.pipeline}, {"verdict", name_of(result.verdict)}};
  if (!result.absent.empty()) {
    json["absent"] = result.absent;
  }
  json["findings"] = result.findings;
  if (result.runtime) {
    json["runtime"] = runtime_json(*result.runtime);
  }
  if (result.instructions) {
    json["instructions"] = instructions_json(*result.instructions);
  }
  if (result.bytes_compared) {
    json["equality"] = {{"identical", result.same_bytes},
                        {"stages", result.differing_stages},
                        {"frames", result.differing_frames}};
  }
  json["metrics"] = Json::object();
  for (const MetricDifference& metric : result.metrics) {
    json["metrics"][metric.metric] = {{"base", number(metric.base)}, {"head", number(metric.head)}};
  }
  json["gates"] = Json::array();
  for (const GateChange& gate : result.gates) {
    json["gates"].push_back({{"gate", gate.gate},
                             {"base", name_of(gate.base)},
                             {"head", name_of(gate.head)},
                             {"reason", gate.reason}});
  }
  Json changed = Json::array();
  for (const ChangedFrame& frame : result.changed) {
    changed.push_back({{"frame", frame.frame}, {"psnr", number(frame.psnr)}});
  }
  json["changed_frames"] = std::move(changed);
  return json;
}

}  // namespace

ExitCode exit_code_of(CompareVerdict verdict) {
  switch (verdict) {
    case CompareVerdict::pass:
      return ExitCode::ok;
    case CompareVerdict::fail:
      return ExitCode::gate_failed;
    case CompareVerdict::inconclusive:
    case CompareVerdict::invalid:
      return ExitCode::not_enough_evidence;
    case CompareVerdict::incorrect:
      return ExitCode::incorrect;
    case CompareVerdict::error:
      return ExitCode::bad_input;
  }
  return ExitCode::bad_input;
}

CompareVerdict more_severe(CompareVerdict a, CompareVerdict b) {
  return is_more_severe(exit_code_of(b), exit_code_of(a)) ? b : a;
}

void conclude(Comparison& comparison) {
  comparison.verdict = CompareVerdict::pass;
  comparison.reasons.clear();
  if (comparison.results.empty()) {
    comparison.verdict = CompareVerdict::error;
    comparison.reasons.emplace_back("there was nothing to compare");
    return;
  }
  std::vector<const ComparedResult*> order;
  for (const ComparedResult& result : comparison.results) {
    comparison.verdict = more_severe(comparison.verdict, result.verdict);
    order.push_back(&result);
  }
  std::ranges::stable_sort(order, [](const ComparedResult* a, const ComparedResult* b) {
    return is_more_severe(exit_code_of(a->verdict), exit_code_of(b->verdict));
  });
  for (const ComparedResult* result : order) {
    for (const std::string& finding : result->findings) {
      if (result->verdict != CompareVerdict::pass) {
        comparison.reasons.push_back(fmt::format("{}, {}: {}", result->fixture, result->pipeline, finding));
      }
    }
  }
}

std::string to_json(const Comparison& comparison) {
  Json json{
      {"schema", Comparison::schema},
      {"verdict", name_of(comparison.verdict)},
      {"exit_code", static_cast<int>(exit_code_of(comparison.verdict))},
      {"reasons", comparison.reasons},
      {"notes", comparison.notes},
      {"base", side_json(comparison.base)},
      {"head", side_json(comparison.head)},
      {"procedure",
       {{"tolerance", comparison.tolerance}, {"target", comparison.target}, {"family", comparison.family}}},
      {"command_line", comparison.command_line},
      {"results", Json::array()}};
  for (const ComparedResult& result : comparison.results) {
    json["results"].push_back(result_json(result));
  }
  return json_text(json, 1) + "\n";
}

std::string ratio_text(const RatioEstimate& estimate) {
  const auto bound = [](const std::optional<double>& value) { return value ? fixed(*value, 3) : "-"; };
  return fmt::format("{} ({} to {})", fixed(estimate.ratio, 3), bound(estimate.lower), bound(estimate.upper));
}

std::string percent_text(double share, int decimals) {
  return fmt::format("{:+.{}f} %", 100 * share, decimals);
}

}  // namespace ffbench
