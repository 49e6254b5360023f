#include <array>
#include <map>
#include <string>

#include <fmt/core.h>

#include "reports/figures.hpp"
#include "reports/html_view.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;

/// A cell: text, key of sorting, colour class.
struct Cell {
  std::string text = "-";
  std::string sort;
  std::string tone = "none";
};

Cell number_cell(const Result& result, std::string_view metric, int decimals) {
  const Metric* row = find_metric(metric);
  const auto value = row == nullptr ? std::nullopt : row->get(result);
  return value ? Cell{.text = fixed(*value, decimals), .sort = fmt::format("{}", *value), .tone = ""}
               : Cell{};
}

Cell total_time_cell(const Result& result) {
  if (!result.timing) {
    return {};
  }
  const double seconds = result.timing->total_s.median;
  return {.text = seconds_text(seconds), .sort = fmt::format("{}", seconds), .tone = ""};
}

/// Several gates look at one result; the most severe verdict counts.
Cell gate_cell(const Report& report, const Result& result) {
  int failed = 0;
  int expected = 0;
  int other = 0;
  int passed = 0;
  for (const GateResult& gate : report.gates) {
    if (gate.fixture != result.fixture || gate.pipeline != result.pipeline) {
      continue;
    }
    switch (gate.verdict) {
      case GateVerdict::fail:
      case GateVerdict::unexpected_pass:
      case GateVerdict::error:
        ++failed;
        break;
      case GateVerdict::expected_fail:
        ++expected;
        break;
      case GateVerdict::inconclusive:
      case GateVerdict::skipped:
        ++other;
        break;
      case GateVerdict::pass:
        ++passed;
        break;
    }
  }
  const int all = failed + expected + other + passed;
  if (failed > 0) {
    return {.text = fmt::format("✗ {} of {} failed", failed, all),
            .sort = fmt::format("{}", -failed),
            .tone = "bad"};
  }
  if (other > 0) {
    return {.text = fmt::format("? {} of {} open", other, all), .sort = "0", .tone = "warn"};
  }
  if (expected > 0) {
    return {.text = fmt::format("✓ {}, {} known", passed, expected), .sort = "1", .tone = "good"};
  }
  return all == 0 ? Cell{} : Cell{.text = fmt::format("✓ {}", passed), .sort = "2", .tone = "good"};
}

Cell outlier_cell(const Result& result) {
  Cell cell = number_cell(result, "quality.delta.outliers.count", 0);
  if (const std::string tail = fixed(result, "quality.delta.outliers.tail_count", 0);
      tail != "-" && tail != "0") {
    cell.text += fmt::format(" ({} tail)", tail);
  }
  if (result.quality && result.quality->delta && !result.quality->delta->outliers.empty()) {
    cell.tone = "warn";
  }
  return cell;
}

Cell equality_cell(const Result& result) {
  if (!result.equality) {
    return {};
  }
  const auto mismatches = result.equality->mismatches;
  return mismatches == 0 ? Cell{.text = "✓", .sort = "0", .tone = "good"}
                         : Cell{.text = fmt::format("✗ {} bytes", mismatches),
                                .sort = fmt::format("{}", mismatches),
                                .tone = "bad"};
}

struct Column {
  const char* title;
  const char* unit;
  const char* help;
  bool numeric;
  Cell (*cell)(const Report&, const Result&);
};

const std::array<Column, 12> columns{{
    {"gates", "", "Verdicts of the gates on this row", true,
     [](const Report& report, const Result& r) { return gate_cell(report, r); }},
    {"equality", "to reference", "Bytes that differ from the reference", true,
     [](const Report&, const Result& r) { return equality_cell(r); }},
    {"speed-up", "vs base", "Time of base-3.5.0 over this time, pixel stages", true,
     [](const Report&, const Result& r) { return number_cell(r, "timing.speedup_vs_base", 2); }},
    {"whole run", "estimate, x", "What the speed-up means for a whole run", true,
     [](const Report&, const Result& r) { return number_cell(r, "timing.whole_run.speedup", 2); }},
    {"total time", "", "Median over the repetitions, pixel stages", true,
     [](const Report&, const Result& r) { return total_time_cell(r); }},
    {"FPS", "", "Frames per second, pixel stages", true,
     [](const Report&, const Result& r) { return number_cell(r, "timing.fps", 1); }},
    {"mean tPSNR", "dB", "Frames 0, 2, 4 ..., each with the next", true,
     [](const Report&, const Result& r) { return number_cell(r, "quality.tpsnr.seed.mean", 2); }},
    {"tail tPSNR", "last 30, dB", "The same, pairs that end in the last 30 frames", true,
     [](const Report&, const Result& r) { return number_cell(r, "quality.tpsnr.seed.tail_mean", 2); }},
    {"vs truth", "mean tPSNR, dB", "Mean tPSNR minus the truth render's; 0 is best", true,
     [](const Report&, const Result& r) { return number_cell(r, "truth.tpsnr_mean_vs_truth", 2); }},
    {"outliers", "vs base", "Negative-delta outliers against base-3.5.0", true,
     [](const Report&, const Result& r) { return outlier_cell(r); }},
    {"jitter NMF", "0.01 px", "Jitter on a face of 256 px", true,
     [](const Report&, const Result& r) { return number_cell(r, "truth.nmf", 1); }},
    {"TD-PSNR", "dB", "Frame differences against the truth render's", true,
     [](const Report&, const Result& r) { return number_cell(r, "truth.td_psnr", 2); }},
}};

data column_views() {
  data list{data::type::list};
  data first;
  first["title"] = "fixture, pipeline";
  first["unit"] = flag(false);
  first["help"] = "Sort by fixture";
  first["numeric"] = flag(false);
  list << first;
  for (const Column& column : columns) {
    data view;
    view["title"] = column.title;
    view["unit"] = *column.unit == '\0' ? flag(false) : data{std::string(column.unit)};
    view["help"] = column.help;
    view["numeric"] = flag(column.numeric);
    list << view;
  }
  return list;
}

data row_views(const Report& report) {
  data list{data::type::list};
  std::map<std::string, std::size_t> ids;
  const auto groups = group_by_fixture(report);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    ids[groups[i].name] = i;
  }
  std::size_t order = 0;
  for (const Result& result : report.results) {
    const bool ok = result.status == ResultStatus::ok;
    data view;
    view["fixture"] = result.fixture;
    view["pipeline"] = result.pipeline;
    view["fixture_id"] = fixture_id(ids[result.fixture]);
    view["order"] = fmt::format("{:06}", order++);
    view["status"] = std::string(name_of(result.status));
    view["has_reason"] = flag(!ok);
    view["reason"] = result.reason;
    view["span"] = fmt::format("{}", columns.size());
    data cells{data::type::list};
    for (const Column& column : columns) {
      if (!ok) {
        break;
      }
      const Cell cell = column.cell(report, result);
      data one;
      one["text"] = cell.text;
      one["sort"] = cell.sort;
      one["class"] = "number " + cell.tone;
      cells << one;
    }
    view["cells"] = std::move(cells);
    list << view;
  }
  return list;
}

}  // namespace

void put_results(const Report& report, data& page) {
  page["columns"] = column_views();
  page["rows"] = row_views(report);
}

}  // namespace ffbench
