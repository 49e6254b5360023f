#include "reports/comparison_charts.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/core.h>

#include "reports/escape.hpp"
#include "reports/figures.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;

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

/// A line of the forest plot.
struct ForestEntry {
  std::string clock;  ///< empty where a result has one figure
  CompareVerdict verdict;
  RatioEstimate ratio;
};

std::vector<ForestEntry> forest_entries(const ComparedResult& result) {
  if (!result.runtime) {
    return {};
  }
  const RuntimeComparison& runtime = *result.runtime;
  if (runtime.figures.size() < 2) {
    return {{"", runtime.verdict, runtime.ratio}};
  }
  std::vector<ForestEntry> entries;
  for (const JudgedFigure& figure : runtime.figures) {
    entries.push_back({figure.text(), figure.verdict, figure.ratio});
  }
  return entries;
}

Axis forest_axis(const Comparison& comparison) {
  Axis axis;
  axis.cover(1 - comparison.tolerance);
  axis.cover(1 + comparison.target);
  for (const ComparedResult& result : comparison.results) {
    for (const ForestEntry& entry : forest_entries(result)) {
      axis.cover(entry.ratio.ratio);
      axis.cover(entry.ratio.lower.value_or(entry.ratio.ratio));
      axis.cover(entry.ratio.upper.value_or(entry.ratio.ratio));
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
  for (int at = static_cast<int>(std::ceil(axis.low / step)); at * step <= axis.high; ++at) {
    const double value = at * step;
    data tick;
    tick["at"] = axis.at(value);
    tick["label"] = fixed(value, 2);
    ticks << tick;
  }
  return ticks;
}

data forest_row(const Comparison& comparison, std::size_t index, const ForestEntry& entry, const Axis& axis) {
  const ComparedResult& result = comparison.results[index];
  const bool judged = result.runtime->judged;
  data row;
  row["index"] = std::to_string(index);
  row["fixture"] = result.fixture;
  row["pipeline"] = entry.clock.empty() ? result.pipeline : result.pipeline + ", " + entry.clock;
  row["verdict"] = judged ? word_of(entry.verdict) : "not judged";
  const std::string colour = judged ? colour_of(entry.verdict) : "none";
  row["class"] = colour;
  row["at"] = axis.at(entry.ratio.ratio);
  row["text"] = judged ? ratio_text(entry.ratio) : fixed(entry.ratio.ratio, 3);
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
  if (judged) {
    const double left = axis.percent(entry.ratio.lower.value_or(axis.low));
    const double right = axis.percent(entry.ratio.upper.value_or(axis.high));
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

}  // namespace

std::string word_of(CompareVerdict verdict) {
  constexpr std::array words{"PASS", "FAIL", "INCONCLUSIVE", "INVALID", "INCORRECT", "ERROR"};
  return words.at(static_cast<std::size_t>(verdict));
}

std::string colour_of(CompareVerdict verdict) {
  constexpr std::array classes{"good", "bad", "warn", "warn", "bad", "bad"};
  return classes.at(static_cast<std::size_t>(verdict));
}

void put_forest(const Comparison& comparison, data& page) {
  const Axis axis = forest_axis(comparison);
  data rows{data::type::list};
  for (std::size_t i = 0; i < comparison.results.size(); ++i) {
    for (const ForestEntry& entry : forest_entries(comparison.results[i])) {
      rows << forest_row(comparison, i, entry, axis);
    }
  }
  page["ticks"] = forest_ticks(axis);
  page["forest"] = std::move(rows);
}

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

}  // namespace ffbench
