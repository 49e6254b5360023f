#include <cstddef>
#include <limits>

#include "core/json/json_reader.hpp"
#include "core/system/atomic_file.hpp"
#include "reports/metric_table.hpp"
#include "reports/report_json.hpp"

namespace ffbench {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();

double number_or_absent(const JsonReader& json, const std::string& key) {
  const auto found = json.find(key);
  return found ? found->number_or_nan() : absent;
}

std::vector<double> series_of(const JsonReader& json, const std::string& key) {
  const auto found = json.find(key);
  return found ? found->numbers() : std::vector<double>{};
}

void read_figure(const Metric& metric, const JsonReader& parent, const std::string& key, Result& result) {
  const auto found = parent.find(key);
  if (!found) {
    if (metric.kind == MetricKind::number) {
      metric.set(result, absent);
    }
    return;
  }
  switch (metric.kind) {
    case MetricKind::number:
      metric.set(result, found->number());
      break;
    case MetricKind::boolean:
      metric.set(result, found->flag() ? 1 : 0);
      break;
    case MetricKind::integer:
      if (!found->is_whole() || !metric.set(result, found->number())) {
        found->wrong("expected a whole number within range, found {}", found->shown());
      }
      break;
  }
}

/// Figures whose part of the result is there; one that is absent in such a part becomes NaN.
void read_figures(const JsonReader& json, Result& result) {
  for (const Metric& metric : metric_table()) {
    if (metric.set == nullptr) {
      continue;
    }
    std::optional<JsonReader> parent = json;
    std::string_view rest = metric.name;
    for (auto dot = rest.find('.'); dot != std::string_view::npos && parent; dot = rest.find('.')) {
      parent = parent->find(std::string(rest.substr(0, dot)));
      rest.remove_prefix(dot + 1);
    }
    if (parent) {
      read_figure(metric, *parent, std::string(rest), result);
    }
  }
}

Environment read_environment(const JsonReader& json) {
  Environment environment;
  environment.cpu = json.text_or("cpu", "");
  if (const auto cores = json.find("cores")) {
    environment.cores = cores->integer();
  }
  environment.os = json.text_or("os", "");
  environment.gpu = json.text_or("gpu", "");
  environment.driver = json.text_or("driver", "");
  environment.cuda = json.text_or("cuda", "");
  environment.compiler = json.text_or("compiler", "");
  environment.flags = json.text_or("flags", "");
  environment.commit = json.text_or("commit", "");
  if (const auto dirty = json.find("dirty")) {
    environment.dirty = dirty->flag();
  }
  environment.binary_digest = json.text_or("binary_digest", "");
  environment.opencv = json.text_or("opencv", "");
  environment.ffmpeg = json.text_or("ffmpeg", "");
  environment.detector = json.text_or("detector", "");
  environment.started = json.text_or("started", "");
  if (const auto more = json.find("more")) {
    environment.more = more->texts_by_name();
  }
  return environment;
}

void read_timing(const JsonReader& json, Timing& timing) {
  timing.what = json.at("what").text();
  timing.repetitions = json.at("repetitions").numbers();
  timing.frame_series_ms = series_of(json, "frame_series_ms");
  if (const auto stages = json.find("stages")) {
    for (const auto& [stage, figures] : stages->members()) {
      timing.stages[stage] = number_or_absent(figures, "ms_per_frame");
    }
  }
  if (const auto counters = json.find("counters")) {
    for (const auto& member : counters->members()) {
      timing.counters[member.first] = number_or_absent(*counters, member.first);
    }
  }
  if (const auto clocks = json.find("clocks")) {
    for (const JsonReader& sample : clocks->items()) {
      timing.clocks.push_back({number_or_absent(sample, "sm_mhz"), sample.at("reasons").text()});
    }
  }
  timing.invalid = json.text_or("invalid", "");
}

void read_tpsnr(const JsonReader& quality, const std::string& stride, TpsnrFigures& figures) {
  if (const auto tpsnr = quality.find("tpsnr")) {
    if (const auto found = tpsnr->find(stride)) {
      figures.series = series_of(*found, "series");
    }
  }
}

void read_delta(const JsonReader& quality, const std::string& key, std::optional<DeltaFigures>& delta) {
  const auto found = quality.find(key);
  if (!found) {
    return;
  }
  DeltaFigures& figures = delta ? *delta : delta.emplace();
  figures.series = series_of(*found, "series");
  for (const JsonReader& outlier : found->at("outliers").items()) {
    figures.outliers.push_back({.frame = outlier.at("frame").integer(),
                                .value = number_or_absent(outlier, "value"),
                                .tail = outlier.flag_or("tail", false)});
  }
}

void read_equality(const JsonReader& json, Equality& equality) {
  equality.against = json.at("against").text();
  if (const auto first = json.find("first")) {
    equality.first = Mismatch{.stage = first->at("stage").text(),
                              .frame = first->at("frame").integer(),
                              .face = first->at("face").integer(),
                              .x = first->at("x").integer(),
                              .y = first->at("y").integer(),
                              .channel = first->at("channel").integer(),
                              .expected = first->at("expected").integer(),
                              .actual = first->at("actual").integer()};
  }
}

WorstPair read_worst_pair(const JsonReader& json) {
  WorstPair pair{.frame = json.at("frame").integer(),
                 .value = number_or_absent(json, "value"),
                 .tail = json.flag_or("tail", false),
                 .face_box = {},
                 .pictures = {}};
  if (const auto box = json.find("face_box")) {
    const auto edges = box->items();
    std::array<int, 4>& values = pair.face_box.emplace();
    if (edges.size() != values.size()) {
      box->wrong("expected x, y, width and height, found {} numbers", edges.size());
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = edges[i].integer();
    }
  }
  for (const JsonReader& picture : json.at("pictures").items()) {
    pair.pictures.push_back({.role = picture.at("role").text(),
                             .path = picture.text_or("path", ""),
                             .mime = picture.text_or("mime", ""),
                             .data = picture.text_or("data", "")});
  }
  return pair;
}

template <typename Part>
Part& made(std::optional<Part>& part) {
  return part ? *part : part.emplace();
}

Result read_result(const JsonReader& json) {
  Result result;
  result.fixture = json.at("fixture").text();
  const JsonReader traits = json.at("traits");
  result.traits = {.truth = traits.at("truth").flag(), .moving_face = traits.at("moving_face").flag()};
  result.pipeline = json.at("pipeline").text();
  result.preset = json.text_or("preset", "");
  result.executor = json.text_or("executor", "");
  result.status = json.at("status").one_of<ResultStatus>(result_status_names);
  result.reason = json.text_or("reason", "");
  result.required = json.flag_or("required", false);
  if (const auto notes = json.find("notes")) {
    result.notes = notes->texts();
  }
  if (const auto timing = json.find("timing")) {
    read_timing(*timing, made(result.timing));
  }
  if (const auto quality = json.find("quality")) {
    QualityFigures& figures = made(result.quality);
    read_tpsnr(*quality, "stride1", figures.tpsnr_stride1);
    read_tpsnr(*quality, "stride2", figures.tpsnr_stride2);
    read_tpsnr(*quality, "seed", figures.tpsnr_seed);
    read_delta(*quality, "delta", figures.delta);
    read_delta(*quality, "delta_truth", figures.delta_truth);
  }
  if (json.find("truth")) {
    made(result.truth);
  }
  if (const auto equality = json.find("equality")) {
    read_equality(*equality, made(result.equality));
  }
  if (const auto determinism = json.find("determinism")) {
    made(result.determinism).digest = determinism->text_or("digest", "");
    if (const auto stages = determinism->find("stages")) {
      result.determinism->stages = stages->texts_by_name();
    }
  }
  read_figures(json, result);
  if (const auto pairs = json.find("worst_pairs")) {
    for (const JsonReader& pair : pairs->items()) {
      result.worst_pairs.push_back(read_worst_pair(pair));
    }
  }
  if (const auto trajectories = json.find("trajectories")) {
    for (const JsonReader& item : trajectories->items()) {
      result.trajectories.push_back({.face = item.at("face").integer(),
                                     .quantity = item.at("quantity").text(),
                                     .unit = item.text_or("unit", ""),
                                     .observed = series_of(item, "observed"),
                                     .planned = series_of(item, "planned"),
                                     .truth = series_of(item, "truth")});
    }
  }
  return result;
}

GateResult read_gate(const JsonReader& json) {
  GateResult gate;
  gate.name = json.at("name").text();
  gate.gate_class = json.at("class").one_of<GateClass>(gate_class_names);
  gate.fixture = json.at("fixture").text();
  gate.pipeline = json.at("pipeline").text();
  gate.metric = json.at("metric").text();
  if (const auto value = json.find("value")) {
    gate.value = value->number();
  }
  gate.op = json.at("op").text();
  gate.threshold = number_or_absent(json, "threshold");
  gate.verdict = json.at("verdict").one_of<GateVerdict>(gate_verdict_names);
  gate.reason = json.text_or("reason", "");
  return gate;
}

}  // namespace

Report report_from_json(std::string_view text, const std::string& origin) {
  const JsonReader json = parse_json(text, origin);
  json.require_schema(Report::schema, "was the report written by another version of ffbench?");
  Report report;
  report.suite = json.at("suite").text();
  report.verdict = json.at("verdict").one_of<Outcome>(outcome_names);
  report.exit_code = static_cast<ExitCode>(json.at("exit_code").integer_from(0, 4));
  report.reasons = json.at("reasons").texts();
  report.environment = read_environment(json.at("environment"));
  report.command_line = json.text_or("command_line", "");
  if (const auto settings = json.find("settings")) {
    report.settings = settings->texts_by_name();
  }
  if (const auto fixtures = json.find("fixtures")) {
    report.fixtures = fixtures->texts();
  }
  report.shard = json.text_or("shard", "");
  for (const JsonReader& result : json.at("results").items()) {
    report.results.push_back(read_result(result));
  }
  for (const JsonReader& gate : json.at("gates").items()) {
    report.gates.push_back(read_gate(gate));
  }
  report.warnings = json.at("warnings").texts();
  return report;
}

Report read_report(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto file = std::filesystem::is_directory(path, ignored) ? path / "report.json" : path;
  return report_from_json(read_file(file, JsonOptions{}.most_bytes), file.string());
}

}  // namespace ffbench
