#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <kainjow/mustache.hpp>

#include "core/atomic_file.hpp"
#include "core/data_path.hpp"
#include "core/error.hpp"
#include "reports/comparison.hpp"
#include "reports/escape.hpp"
#include "reports/figures.hpp"
#include "reports/metric_table.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;
data flag(bool value) {
  return data{value ? data::type::bool_true : data::type::bool_false};
}

constexpr std::array<std::string_view, 6> words{"PASS",    "FAIL",      "INCONCLUSIVE",
                                                "INVALID", "INCORRECT", "ERROR"};
constexpr std::array<std::string_view, 6> classes{"good", "bad", "warn", "warn", "bad", "bad"};
constexpr std::array<std::string_view, 6> signs{"✓", "✗", "?", "?", "≠", "!"};
constexpr std::array<std::string_view, 6> sentences{"Nothing got worse",
                                                    "The head is worse than the base",
                                                    "Not enough evidence",
                                                    "The measurement is not valid",
                                                    "The head computes something else",
                                                    "The comparison could not be made"};

std::string of(const std::array<std::string_view, 6>& texts, CompareVerdict verdict) {
  return std::string(texts[static_cast<std::size_t>(verdict)]);
}

data texts(const std::vector<std::string>& lines, std::size_t first, std::size_t last) {
  data list{data::type::list};
  for (std::size_t i = first; i < std::min(last, lines.size()); ++i) {
    list << data{"text", lines[i]};
  }
  return list;
}

/// A range of values on an axis of 0 to 100 %.
struct Axis {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void cover(double value) {
    if (std::isfinite(value)) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  void widen(double share) {
    const double room = high > low ? share * (high - low) : 0.01;
    low -= room;
    high += room;
  }
  [[nodiscard]] double percent(double value) const {
    return std::clamp(100 * (value - low) / (high - low), 0.0, 100.0);
  }
  [[nodiscard]] std::string at(double value) const { return fmt::format("{:.2f}", percent(value)); }
};

Axis forest_axis(const Comparison& comparison) {
  Axis axis;
  axis.cover(1 - comparison.tolerance);
  axis.cover(1 + comparison.target);
  for (const ComparedResult& result : comparison.results) {
    if (result.runtime) {
      const RatioEstimate& ratio = result.runtime->ratio;
      axis.cover(ratio.ratio);
      axis.cover(ratio.lower.value_or(ratio.ratio));
      axis.cover(ratio.upper.value_or(ratio.ratio));
    }
  }
  axis.widen(0.05);
  return axis;
}

data forest_ticks(const Axis& axis) {
  double step = 0.01;
  for (const double candidate : {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0}) {
    step = candidate;
    if ((axis.high - axis.low) / candidate <= 8) {
      break;
    }
  }
  data ticks{data::type::list};
  for (double value = std::ceil(axis.low / step) * step; value <= axis.high; value += step) {
    data tick;
    tick["at"] = axis.at(value);
    tick["label"] = fixed(value, 2);
    ticks << tick;
  }
  return ticks;
}

data forest_row(const Comparison& comparison, std::size_t index, const Axis& axis) {
  const ComparedResult& result = comparison.results[index];
  const RuntimeComparison& runtime = *result.runtime;
  data row;
  row["index"] = std::to_string(index);
  row["fixture"] = result.fixture;
  row["pipeline"] = result.pipeline;
  row["verdict"] = runtime.judged ? of(words, runtime.verdict) : "not judged";
  const std::string colour = runtime.judged ? of(classes, runtime.verdict) : "none";
  row["class"] = colour;
  row["at"] = axis.at(runtime.ratio.ratio);
  row["text"] = runtime.judged ? ratio_text(runtime.ratio) : fixed(runtime.ratio.ratio, 3);
  data lines{data::type::list};
  for (const auto& [kind, value] : {std::pair<const char*, double>{"one", 1.0},
                                    {"limit", 1 + comparison.tolerance},
                                    {"aim", 1 + comparison.target}}) {
    data line;
    line["kind"] = kind;
    line["at"] = axis.at(value);
    lines << line;
  }
  row["lines"] = std::move(lines);
  if (runtime.judged) {
    const double left = axis.percent(runtime.ratio.lower.value_or(axis.low));
    const double right = axis.percent(runtime.ratio.upper.value_or(axis.high));
    data bar;
    bar["class"] = colour;
    bar["left"] = fmt::format("{:.2f}", std::min(left, right));
    bar["width"] = fmt::format("{:.2f}", std::abs(right - left));
    row["bar"] = std::move(bar);
  } else {
    row["bar"] = flag(false);
  }
  return row;
}

/// Points as strokes of no length: they stay round however the picture is stretched.
void put_pairs(const Comparison& comparison, const RuntimeComparison& runtime, data& view) {
  Axis y;
  Axis x;
  for (const PairPoint& point : runtime.points) {
    y.cover(point.ratio);
    x.cover(point.hours);
  }
  if (runtime.points.empty() || !(y.low <= y.high)) {
    view["pairs_svg"] = flag(false);
    return;
  }
  y.cover(1);
  y.cover(1 + comparison.tolerance);
  y.widen(0.08);
  const double seconds = 3600 * (x.high - x.low);
  x.widen(0.03);
  const auto height_of = [&y](double ratio) { return 100 - y.percent(ratio); };
  std::string svg =
      R"(<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="Pairs over time">)";
  svg += fmt::format(R"(<line class="zero" x1="0" x2="100" y1="{0:.2f}" y2="{0:.2f}"/>)", height_of(1));
  svg += fmt::format(R"(<line class="limit" x1="0" x2="100" y1="{0:.2f}" y2="{0:.2f}"/>)",
                     height_of(1 + comparison.tolerance));
  for (const PairPoint& point : runtime.points) {
    const double px = x.percent(point.hours);
    const double py = height_of(point.ratio);
    if (!std::isfinite(point.ratio)) {
      continue;
    }
    if (point.voided.empty()) {
      svg += fmt::format(R"(<path class="point{}" d="M{:.2f} {:.2f}h0"/>)", point.base_first ? "" : " head",
                         px, py);
    } else {
      svg += fmt::format(
          R"(<path class="point voided" d="M{0:.2f} {1:.2f}l1.4 4m0 -4l-1.4 4"><title>{2}</title></path>)",
          px - 0.7, py - 2, xml_escape(point.voided));
    }
  }
  view["pairs_svg"] = data{svg + "</svg>"};
  view["high"] = fixed(y.high, 3);
  view["low"] = fixed(y.low, 3);
  view["span"] = fmt::format("{} pairs in {}", runtime.points.size(), seconds_text(seconds));
}

void put_delta(const ComparedResult& result, data& view) {
  const std::size_t count = std::min(result.tpsnr_base.size(), result.tpsnr_head.size());
  Axis y;
  y.cover(0);
  std::size_t worst = 0;
  double least = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double delta = result.tpsnr_head[i] - result.tpsnr_base[i];
    y.cover(delta);
    if (delta < least) {
      least = delta;
      worst = i;
    }
  }
  if (count == 0 || result.same_bytes) {
    view["delta_svg"] = flag(false);
    return;
  }
  y.widen(0.08);
  const double last = static_cast<double>(count) + 1;
  const auto px = [last](double frame) { return 100 * frame / last; };
  std::string svg =
      R"(<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="tPSNR delta by frame">)";
  const double tail = px(std::max(0.0, last - 29));
  svg +=
      fmt::format(R"(<rect class="shade" x="{:.2f}" y="0" width="{:.2f}" height="100"/>)", tail, 100 - tail);
  svg += fmt::format(R"(<line class="zero" x1="0" x2="100" y1="{0:.2f}" y2="{0:.2f}"/>)", 100 - y.percent(0));
  std::string points;
  for (std::size_t i = 0; i < count; ++i) {
    const double delta = result.tpsnr_head[i] - result.tpsnr_base[i];
    if (std::isfinite(delta)) {
      points += fmt::format("{:.2f},{:.2f} ", px(static_cast<double>(i) + 2), 100 - y.percent(delta));
    }
  }
  view["delta_svg"] = data{svg + "<polyline points=\"" + points + "\"/></svg>"};
  view["delta_high"] = fixed(y.high, 2);
  view["delta_low"] = fixed(y.low, 2);
  view["delta_note"] =
      least < 0 ? fmt::format("Lowest at frame {}: {} dB.", worst + 2, fixed(least, 3)) : std::string();
}

data stage_views(const RuntimeComparison& runtime) {
  double longest = 0;
  for (const StageDifference& stage : runtime.stages) {
    longest = std::max({longest, stage.base_ms, stage.head_ms});
  }
  data stages{data::type::list};
  for (const StageDifference& stage : runtime.stages) {
    const double change = stage.base_ms > 0 ? stage.head_ms / stage.base_ms - 1 : 0;
    data view;
    view["stage"] = stage.stage;
    view["slowest"] = flag(stage.stage == runtime.slowest_stage);
    view["base"] = fixed(stage.base_ms, 3);
    view["head"] = fixed(stage.head_ms, 3);
    view["base_width"] = fmt::format("{:.1f}", longest > 0 ? 100 * stage.base_ms / longest : 0);
    view["head_width"] = fmt::format("{:.1f}", longest > 0 ? 100 * stage.head_ms / longest : 0);
    view["change"] = percent_text(change);
    view["change_class"] = stage.stage == runtime.slowest_stage ? "bad" : "none";
    stages << view;
  }
  return stages;
}

data metric_views(const ComparedResult& result) {
  data metrics{data::type::list};
  for (const MetricDifference& difference : result.metrics) {
    const Metric* metric = find_metric(difference.metric);
    const double change = difference.head - difference.base;
    data view;
    view["metric"] = difference.metric;
    view["unit"] = metric == nullptr ? "" : std::string(metric->unit);
    view["description"] = metric == nullptr ? "" : std::string(metric->description);
    view["base"] = fmt::format("{:.5g}", difference.base);
    view["head"] = fmt::format("{:.5g}", difference.head);
    view["change"] = fmt::format("{:+.3g}", change);
    bool better = false;
    bool worse = false;
    if (metric != nullptr && metric->direction != Direction::neutral) {
      const double sign = metric->direction == Direction::higher_is_better  ? 1
                          : metric->direction == Direction::lower_is_better ? -1
                                                                            : 0;
      const double gain = sign != 0 ? sign * change : std::abs(difference.base) - std::abs(difference.head);
      better = gain > 0;
      worse = gain < 0;
    }
    view["class"] = better ? "good" : worse ? "bad" : "";
    metrics << view;
  }
  return metrics;
}

std::string source_of(const Picture& picture) {
  return fmt::format("data:{};base64,{}", picture.mime, picture.data);
}

data changed_views(const ComparedResult& result) {
  data frames{data::type::list};
  for (const ChangedFrame& frame : result.changed) {
    data pictures{data::type::list};
    for (const Picture& picture : frame.pictures) {
      data view;
      view["role"] = picture.role;
      view["src"] = source_of(picture);
      view["frame"] = std::to_string(frame.frame);
      pictures << view;
    }
    data view;
    view["frame"] = std::to_string(frame.frame);
    view["psnr"] = fixed(frame.psnr, 1);
    view["pictures"] = std::move(pictures);
    frames << view;
  }
  return frames;
}

data result_view(const Comparison& comparison, std::size_t index) {
  const ComparedResult& result = comparison.results[index];
  data view;
  view["index"] = std::to_string(index);
  view["fixture"] = result.fixture;
  view["pipeline"] = result.pipeline;
  view["verdict"] = result.absent.empty() ? of(words, result.verdict) : "not compared";
  view["class"] = of(classes, result.verdict);
  view["facts"] = result.frames > 0
                      ? fmt::format("{}x{}, {} frames", result.width, result.height, result.frames)
                      : std::string();
  view["has_findings"] = flag(!result.findings.empty() || !result.absent.empty());
  data findings = texts(result.findings, 0, result.findings.size());
  if (!result.absent.empty()) {
    findings << data{"text", result.absent};
  }
  view["findings"] = std::move(findings);
  const RuntimeComparison* runtime = result.runtime ? &*result.runtime : nullptr;
  view["base_time"] = runtime == nullptr ? "-" : seconds_text(runtime->base_s);
  view["head_time"] = runtime == nullptr ? "-" : seconds_text(runtime->head_s);
  view["pairs"] = runtime == nullptr || !runtime->judged ? "-" : std::to_string(runtime->pairs);
  view["bytes"] = !result.bytes_compared ? "-" : result.same_bytes ? "equal" : "differ";
  view["bytes_class"] = !result.bytes_compared ? "none" : result.same_bytes ? "good" : "bad";
  view["metric_count"] = std::to_string(result.metrics.size());
  view["gate_count"] = std::to_string(result.gates.size());
  view["pairs_svg"] = flag(false);
  view["has_stages"] = flag(false);
  if (runtime != nullptr) {
    put_pairs(comparison, *runtime, view);
    view["has_stages"] = flag(!runtime->stages.empty());
    view["stages"] = stage_views(*runtime);
  }
  put_delta(result, view);
  view["changed"] = changed_views(result);
  data gates{data::type::list};
  for (const GateChange& gate : result.gates) {
    data row;
    row["gate"] = gate.gate;
    row["base"] = std::string(name_of(gate.base));
    row["head"] = std::string(name_of(gate.head));
    row["reason"] = gate.reason;
    gates << row;
  }
  view["has_gates"] = flag(!result.gates.empty());
  view["gates"] = std::move(gates);
  view["has_metrics"] = flag(!result.metrics.empty());
  view["open"] = flag(result.metrics.size() <= 12);
  view["metrics"] = metric_views(result);
  return view;
}

data side_view(const ComparedSide& side) {
  data view;
  view["label"] = side.label;
  view["commit"] = side.commit.substr(0, 12);
  return view;
}

data environment_view(const Comparison& comparison) {
  data list{data::type::list};
  const auto put = [&list](const std::string& name, const std::string& value) {
    if (!value.empty()) {
      data row;
      row["name"] = name;
      row["value"] = value;
      list << row;
    }
  };
  for (const auto& [name, side] :
       {std::pair<const char*, const ComparedSide*>{"base", &comparison.base}, {"head", &comparison.head}}) {
    put(fmt::format("{}", name), side->label);
    put(fmt::format("{} commit", name), side->commit);
    put(fmt::format("{} binary", name), side->binary_digest);
    put(fmt::format("{} machine", name), side->machine);
    put(fmt::format("{} started", name), side->started);
  }
  put("tolerance", percent_text(comparison.tolerance));
  put("target effect", percent_text(comparison.target));
  put("family", std::to_string(comparison.family));
  return list;
}

}  // namespace

std::string to_html(const Comparison& comparison) {
  const auto path = data_path("reports/templates/comparison.mustache");
  kainjow::mustache::mustache page_template(read_file(path));
  if (!page_template.is_valid()) {
    fail("{}: not a valid Mustache template: {}", path.string(), page_template.error_message());
  }
  page_template.set_custom_escape([](const std::string& text) { return xml_escape(text); });
  constexpr std::size_t shown = 8;
  data page;
  page["style"] = read_file(data_path("reports/templates/report.css")) +
                  read_file(data_path("reports/templates/comparison.css"));
  page["verdict_word"] = of(words, comparison.verdict);
  page["verdict_class"] = std::string(name_of(comparison.verdict));
  page["sign"] = of(signs, comparison.verdict);
  page["sentence"] = of(sentences, comparison.verdict);
  page["exit_code"] = std::to_string(static_cast<int>(exit_code_of(comparison.verdict)));
  page["base"] = side_view(comparison.base);
  page["head"] = side_view(comparison.head);
  page["has_reasons"] = flag(!comparison.reasons.empty());
  page["reasons"] = texts(comparison.reasons, 0, shown);
  page["has_more"] = flag(comparison.reasons.size() > shown);
  page["more"] = texts(comparison.reasons, shown, comparison.reasons.size());
  page["more_count"] = std::to_string(comparison.reasons.size() - std::min(shown, comparison.reasons.size()));
  page["notes"] = texts(comparison.notes, 0, comparison.notes.size());
  page["tolerance"] = percent_text(comparison.tolerance);
  page["target"] = percent_text(comparison.target);
  const bool judged = std::ranges::any_of(comparison.results, [](const ComparedResult& result) {
    return result.runtime && result.runtime->judged;
  });
  page["judged"] = flag(judged);
  const Axis axis = forest_axis(comparison);
  page["ticks"] = forest_ticks(axis);
  data forest{data::type::list};
  data results{data::type::list};
  for (std::size_t i = 0; i < comparison.results.size(); ++i) {
    if (comparison.results[i].runtime) {
      forest << forest_row(comparison, i, axis);
    }
    results << result_view(comparison, i);
  }
  page["forest"] = std::move(forest);
  page["results"] = std::move(results);
  page["environment"] = environment_view(comparison);
  page["has_command"] = flag(!comparison.command_line.empty());
  page["command_line"] = comparison.command_line;
  return page_template.render(page);
}

}  // namespace ffbench
