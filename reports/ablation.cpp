#include "reports/ablation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/core.h>
#include <kainjow/mustache.hpp>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/joined.hpp"
#include "core/json/json_text.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "reports/escape.hpp"
#include "reports/figures.hpp"
#include "reports/metric_table.hpp"

namespace ffbench {
namespace {

constexpr double absent = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view time_per_frame = "ms_per_frame";

std::optional<double> value_of(const Result& result, const AblationColumn& column) {
  if (column.metric == time_per_frame) {
    if (!result.timing || result.frames == 0) {
      return std::nullopt;
    }
    return 1000 * result.timing->total_s.median / result.frames;
  }
  return find_metric(column.metric)->get(result);
}

const Result* find(const Report& report, const std::string& fixture, const std::string& pipeline) {
  const auto found = std::ranges::find_if(report.results, [&](const Result& result) {
    return result.fixture == fixture && result.pipeline == pipeline && result.status == ResultStatus::ok;
  });
  return found == report.results.end() ? nullptr : &*found;
}

const AblationRow* against(const Ablation& ablation, const AblationRow& row) {
  const auto found = std::ranges::find(ablation.rows, row.against, &AblationRow::label);
  return row.against.empty() || found == ablation.rows.end() ? nullptr : &*found;
}

/// What the feature changes of a figure; better is positive, 0 where neither is.
struct Change {
  double value = absent;
  int better = 0;
};

Change change_of(const Ablation& ablation, const AblationRow& row, std::size_t column) {
  const AblationRow* other = against(ablation, row);
  if (other == nullptr) {
    return {};
  }
  Change change{row.values[column] - other->values[column], 0};
  const std::string& name = ablation_columns()[column].metric;
  const Metric* metric = find_metric(name);
  const Direction direction = metric == nullptr ? Direction::lower_is_better : metric->direction;
  const double gain = direction == Direction::higher_is_better  ? change.value
                      : direction == Direction::lower_is_better ? -change.value
                      : direction == Direction::towards_zero
                          ? std::abs(other->values[column]) - std::abs(row.values[column])
                          : 0;
  change.better = gain > 0 ? 1 : gain < 0 ? -1 : 0;
  return change;
}

std::string change_text(const Ablation& ablation, const AblationRow& row, std::size_t column) {
  const double change = change_of(ablation, row, column).value;
  if (!std::isfinite(change)) {
    return {};
  }
  const int decimals = ablation_columns()[column].decimals;
  return std::abs(change) < 0.5 * std::pow(10.0, -decimals) ? "=" : fmt::format("{:+.{}f}", change, decimals);
}

}  // namespace

const std::vector<AblationColumn>& ablation_columns() {
  static const std::vector<AblationColumn> columns{
      {std::string(time_per_frame), "ms/frame", 3, false},
      {"truth.td_psnr", "TD-PSNR, dB", 2, false},
      {"truth.nmf", "NMF", 2, false},
      {"truth.landmark_rms_px", "landmarks, px", 3, false},
      {"truth.peak_error_px", "peak error, px", 2, false},
      {"truth.mask_dtssd", "mask dtSSD", 3, false},
      {"quality.tpsnr.seed.mean", "tPSNR, dB", 2, false},
      {"quality.tpsnr.seed.tail_mean", "tail tPSNR, dB", 2, false},
      {"truth.tpsnr_mean_vs_truth", "tPSNR vs truth, dB", 2, false},
      {"quality.delta.outliers.count", "outliers", 0, true},
      {"quality.delta_truth.outliers.count", "outliers vs truth", 0, true},
  };
  return columns;
}

Ablation tabulate(const Report& report, const std::string& preset,
                  const std::vector<AblationVariant>& variants) {
  Ablation ablation;
  ablation.preset = preset;
  ablation.suite = report.suite;
  for (const Result& result : report.results) {
    const bool known = std::ranges::find(ablation.fixtures, result.fixture) != ablation.fixtures.end();
    const bool complete = std::ranges::all_of(variants, [&](const AblationVariant& variant) {
      return find(report, result.fixture, variant.pipeline) != nullptr;
    });
    if (!known && complete && result.face_frames > 0) {
      ablation.fixtures.push_back(result.fixture);
    }
  }
  if (ablation.fixtures.empty()) {
    fail("no fixture with faces has a result of every variant: there is nothing to tabulate");
  }
  for (const AblationVariant& variant : variants) {
    AblationRow row{variant.label, variant.pipeline, variant.against, {}};
    for (const AblationColumn& column : ablation_columns()) {
      double sum = 0;
      int count = 0;
      for (const std::string& fixture : ablation.fixtures) {
        if (const auto value = value_of(*find(report, fixture, variant.pipeline), column)) {
          sum += *value;
          ++count;
        }
      }
      row.values.push_back(count == 0 ? absent : column.sum ? sum : sum / count);
    }
    ablation.rows.push_back(std::move(row));
  }
  return ablation;
}

std::string to_json(const Ablation& ablation) {
  nlohmann::ordered_json json{{"schema", Ablation::schema},
                              {"preset", ablation.preset},
                              {"suite", ablation.suite},
                              {"fixtures", ablation.fixtures},
                              {"rows", nlohmann::ordered_json::array()}};
  for (const AblationRow& row : ablation.rows) {
    nlohmann::ordered_json entry{{"label", row.label}, {"pipeline", row.pipeline}, {"against", row.against}};
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      if (std::isfinite(row.values[i])) {
        entry["figures"][ablation_columns()[i].metric] = row.values[i];
      }
    }
    json["rows"].push_back(std::move(entry));
  }
  return json_text(json, 1) + "\n";
}

std::string to_markdown(const Ablation& ablation) {
  std::string out =
      fmt::format("## ffbench: what the features of `{}` cost and buy\n\n", markdown_escape(ablation.preset));
  out += "| features |";
  std::string rule = "|---|";
  for (const AblationColumn& column : ablation_columns()) {
    out += fmt::format(" {} |", column.title);
    rule += "--:|";
  }
  out += "\n" + rule + "\n";
  for (const AblationRow& row : ablation.rows) {
    out += fmt::format("| {} |", markdown_escape(row.label));
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      const std::string change = change_text(ablation, row, i);
      out += fmt::format(" {}{} |", fixed(row.values[i], ablation_columns()[i].decimals),
                         change.empty() || change == "=" ? "" : fmt::format(" ({})", change));
    }
    out += "\n";
  }
  return out + fmt::format(
                   "\nMeans over {} fixtures; outliers are sums. In brackets: against the preset, or against "
                   "no feature.\n",
                   ablation.fixtures.size());
}

std::string to_terminal(const Ablation& ablation) {
  std::string out = fmt::format(
      "{}: means over {} fixtures, outliers summed; differences to the preset, or to no feature\n",
      ablation.preset, ablation.fixtures.size());
  // One block per figure group keeps lines short.
  constexpr std::size_t group = 4;
  const auto& columns = ablation_columns();
  for (std::size_t first = 0; first < columns.size(); first += group) {
    const std::size_t last = std::min(columns.size(), first + group);
    std::string head = fmt::format("{:<22}", "");
    for (std::size_t i = first; i < last; ++i) {
      head += fmt::format("{:>20}", columns[i].title);
    }
    out += head + "\n";
    for (const AblationRow& row : ablation.rows) {
      std::string line = fmt::format("{:<22}", row.label);
      for (std::size_t i = first; i < last; ++i) {
        line += fmt::format("{:>11} {:>8}", fixed(row.values[i], columns[i].decimals),
                            change_text(ablation, row, i));
      }
      out += line + "\n";
    }
    out += "\n";
  }
  return out;
}

std::string to_html(const Ablation& ablation) {
  using kainjow::mustache::data;
  const auto path = data_path("reports/templates/ablation.mustache");
  kainjow::mustache::mustache page_template(read_file(path));
  if (!page_template.is_valid()) {
    fail("{}: not a valid Mustache template: {}", path.string(), page_template.error_message());
  }
  page_template.set_custom_escape([](const std::string& text) { return xml_escape(text); });
  data page;
  page["style"] = read_file(data_path("reports/templates/report.css")) +
                  read_file(data_path("reports/templates/comparison.css"));
  page["preset"] = ablation.preset;
  page["suite"] = ablation.suite;
  page["fixtures"] = joined(ablation.fixtures, ", ");
  data columns{data::type::list};
  for (const AblationColumn& column : ablation_columns()) {
    const Metric* metric = find_metric(column.metric);
    data view;
    view["title"] = column.title;
    view["help"] =
        metric == nullptr ? std::string("Median time of the pixel stages") : std::string(metric->description);
    columns << view;
  }
  page["columns"] = std::move(columns);
  data rows{data::type::list};
  for (const AblationRow& row : ablation.rows) {
    data view;
    view["label"] = row.label;
    view["pipeline"] = row.pipeline;
    view["kind"] = row.against.empty() ? "end" : "";
    data cells{data::type::list};
    for (std::size_t i = 0; i < row.values.size(); ++i) {
      const std::string change = change_text(ablation, row, i);
      const int better = change == "=" ? 0 : change_of(ablation, row, i).better;
      data cell;
      cell["value"] = fixed(row.values[i], ablation_columns()[i].decimals);
      cell["change"] = change;
      cell["class"] = better > 0 ? "good" : better < 0 ? "bad" : "none";
      cells << cell;
    }
    view["cells"] = std::move(cells);
    rows << view;
  }
  page["rows"] = std::move(rows);
  return page_template.render(page);
}

}  // namespace ffbench
