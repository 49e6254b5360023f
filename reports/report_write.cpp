#include <algorithm>
#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "core/json/json_text.hpp"
#include "reports/metric_table.hpp"
#include "reports/report_json.hpp"

namespace ffbench {
namespace {

using Json = nlohmann::ordered_json;

Json number_or_null(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json series(const std::vector<double>& values) {
  Json result = Json::array();
  for (const double value : values) {
    result.push_back(number_or_null(value));
  }
  return result;
}

void put_text(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) {
    object[key] = text;
  }
}

/// On one line; bytes of a text that are not UTF-8 become U+FFFD.
std::string text_of(const Json& value) {
  return json_text(value);
}

/// Objects and arrays of objects are indented, arrays of plain values stay on one line, which
/// nlohmann's own indentation cannot do.
void print(const Json& value, int indent, std::string& out) {
  const auto plain = [](const Json& item) { return item.is_primitive(); };
  const std::string pad(static_cast<std::size_t>(indent) + 2, ' ');
  const auto close = [&](char bracket) {
    out.append("\n").append(static_cast<std::size_t>(indent), ' ').push_back(bracket);
  };
  if (value.is_object() && !value.empty()) {
    out.push_back('{');
    bool first = true;
    for (const auto& [key, member] : value.items()) {
      out.append(first ? "\n" : ",\n").append(pad).append(text_of(key)).append(": ");
      print(member, indent + 2, out);
      first = false;
    }
    close('}');
  } else if (value.is_array() && !std::ranges::all_of(value, plain)) {
    out.push_back('[');
    bool first = true;
    for (const Json& item : value) {
      out.append(first ? "\n" : ",\n").append(pad);
      print(item, indent + 2, out);
      first = false;
    }
    close(']');
  } else {
    out.append(text_of(value));
  }
}

/// Every figure of the table that the result has and that is stored rather than computed.
void put_figures(Json& json, const Result& result) {
  for (const Metric& metric : metric_table()) {
    const auto value = metric.set == nullptr ? std::nullopt : metric.get(result);
    if (!value) {
      continue;
    }
    Json* place = &json;
    std::string_view rest = metric.name;
    for (auto dot = rest.find('.'); dot != std::string_view::npos; dot = rest.find('.')) {
      place = &(*place)[std::string(rest.substr(0, dot))];
      rest.remove_prefix(dot + 1);
    }
    Json& leaf = (*place)[std::string(rest)];
    switch (metric.kind) {
      case MetricKind::number:
        leaf = *value;
        break;
      case MetricKind::integer:
        leaf = static_cast<std::int64_t>(*value);
        break;
      case MetricKind::boolean:
        leaf = *value != 0;
        break;
    }
  }
}

Json environment_json(const Environment& environment) {
  Json json = Json::object();
  put_text(json, "cpu", environment.cpu);
  if (environment.cores > 0) {
    json["cores"] = environment.cores;
  }
  put_text(json, "os", environment.os);
  put_text(json, "gpu", environment.gpu);
  put_text(json, "driver", environment.driver);
  put_text(json, "cuda", environment.cuda);
  put_text(json, "compiler", environment.compiler);
  put_text(json, "flags", environment.flags);
  put_text(json, "commit", environment.commit);
  if (environment.dirty) {
    json["dirty"] = *environment.dirty;
  }
  put_text(json, "binary_digest", environment.binary_digest);
  put_text(json, "opencv", environment.opencv);
  put_text(json, "ffmpeg", environment.ffmpeg);
  put_text(json, "detector", environment.detector);
  put_text(json, "started", environment.started);
  if (!environment.more.empty()) {
    json["more"] = environment.more;
  }
  return json;
}

void put_timing(Json& json, const Timing& timing) {
  json["what"] = timing.what;
  json["repetitions"] = series(timing.repetitions);
  if (!timing.frame_series_ms.empty()) {
    json["frame_series_ms"] = series(timing.frame_series_ms);
  }
  json["stages"] = Json::object();
  for (const auto& [stage, milliseconds] : timing.stages) {
    json["stages"][stage]["ms_per_frame"] = number_or_null(milliseconds);
  }
  if (!timing.counters.empty()) {
    json["counters"] = timing.counters;
  }
  for (const ClockSample& sample : timing.clocks) {
    json["clocks"].push_back({{"sm_mhz", number_or_null(sample.sm_mhz)}, {"reasons", sample.reasons}});
  }
  put_text(json, "invalid", timing.invalid);
}

void put_delta(Json& json, const DeltaFigures& delta) {
  json["series"] = series(delta.series);
  json["outliers"] = Json::array();
  for (const DeltaOutlier& outlier : delta.outliers) {
    json["outliers"].push_back(
        {{"frame", outlier.frame}, {"value", number_or_null(outlier.value)}, {"tail", outlier.tail}});
  }
}

void put_quality(Json& json, const QualityFigures& quality) {
  json["tpsnr"]["stride1"]["series"] = series(quality.tpsnr_stride1.series);
  json["tpsnr"]["stride2"]["series"] = series(quality.tpsnr_stride2.series);
  json["tpsnr"]["seed"]["series"] = series(quality.tpsnr_seed.series);
  if (quality.delta) {
    put_delta(json["delta"], *quality.delta);
  }
  if (quality.delta_truth) {
    put_delta(json["delta_truth"], *quality.delta_truth);
  }
}

Json equality_json(const Equality& equality) {
  Json json{{"against", equality.against}};
  if (equality.first) {
    const Mismatch& first = *equality.first;
    json["first"] = {{"stage", first.stage},
                     {"frame", first.frame},
                     {"face", first.face},
                     {"x", first.x},
                     {"y", first.y},
                     {"channel", first.channel},
                     {"expected", first.expected},
                     {"actual", first.actual}};
  }
  return json;
}

Json worst_pair_json(const WorstPair& pair) {
  Json json{{"frame", pair.frame}, {"value", number_or_null(pair.value)}, {"tail", pair.tail}};
  if (pair.face_box) {
    json["face_box"] = *pair.face_box;
  }
  json["pictures"] = Json::array();
  for (const Picture& picture : pair.pictures) {
    Json item{{"role", picture.role}};
    put_text(item, "path", picture.path);
    put_text(item, "mime", picture.mime);
    put_text(item, "data", picture.data);
    json["pictures"].push_back(std::move(item));
  }
  return json;
}

Json trajectory_json(const Trajectory& trajectory) {
  Json json{{"face", trajectory.face}, {"quantity", trajectory.quantity}, {"unit", trajectory.unit}};
  json["observed"] = series(trajectory.observed);
  json["planned"] = series(trajectory.planned);
  if (!trajectory.truth.empty()) {
    json["truth"] = series(trajectory.truth);
  }
  return json;
}

Json result_json(const Result& result) {
  Json json{{"fixture", result.fixture},
            {"traits", {{"truth", result.traits.truth}, {"moving_face", result.traits.moving_face}}},
            {"pipeline", result.pipeline}};
  put_text(json, "preset", result.preset);
  put_text(json, "executor", result.executor);
  json["status"] = name_of(result.status);
  put_text(json, "reason", result.reason);
  if (result.required) {
    json["required"] = true;
  }
  if (!result.notes.empty()) {
    json["notes"] = result.notes;
  }
  put_figures(json, result);
  if (result.timing) {
    put_timing(json["timing"], *result.timing);
  }
  if (result.quality) {
    put_quality(json["quality"], *result.quality);
  }
  if (result.truth && !json.contains("truth")) {
    json["truth"] = Json::object();
  }
  if (result.equality) {
    json["equality"].update(equality_json(*result.equality));
  }
  if (result.determinism) {
    json["determinism"]["digest"] = result.determinism->digest;
    json["determinism"]["stages"] = result.determinism->stages;
  }
  for (const WorstPair& pair : result.worst_pairs) {
    json["worst_pairs"].push_back(worst_pair_json(pair));
  }
  for (const Trajectory& trajectory : result.trajectories) {
    json["trajectories"].push_back(trajectory_json(trajectory));
  }
  return json;
}

Json gate_json(const GateResult& gate) {
  Json json{{"name", gate.name},
            {"class", name_of(gate.gate_class)},
            {"fixture", gate.fixture},
            {"pipeline", gate.pipeline},
            {"metric", gate.metric}};
  if (gate.value && std::isfinite(*gate.value)) {
    json["value"] = *gate.value;
  }
  json["op"] = gate.op;
  json["threshold"] = number_or_null(gate.threshold);
  json["verdict"] = name_of(gate.verdict);
  json["reason"] = gate.reason;
  return json;
}

}  // namespace

std::string to_json(const Report& report) {
  Json json{{"schema", Report::schema},
            {"suite", report.suite},
            {"verdict", name_of(report.verdict)},
            {"exit_code", static_cast<int>(report.exit_code)},
            {"reasons", report.reasons},
            {"environment", environment_json(report.environment)},
            {"command_line", report.command_line},
            {"settings", report.settings},
            {"results", Json::array()},
            {"gates", Json::array()},
            {"warnings", report.warnings}};
  if (!report.fixtures.empty()) {
    json["fixtures"] = report.fixtures;
  }
  if (!report.shard.empty()) {
    json["shard"] = report.shard;
  }
  for (const Result& result : report.results) {
    json["results"].push_back(result_json(result));
  }
  for (const GateResult& gate : report.gates) {
    json["gates"].push_back(gate_json(gate));
  }
  std::string text;
  print(json, 0, text);
  return text + "\n";
}

}  // namespace ffbench
