#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/core.h>
#include <kainjow/mustache.hpp>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "reports/comparison.hpp"
#include "reports/comparison_charts.hpp"
#include "reports/escape.hpp"
#include "reports/figures.hpp"
#include "reports/metric_table.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;
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

/// Where a device's clock and its stages were judged beside the host's.
data figure_views(const RuntimeComparison& runtime) {
  data figures{data::type::list};
  for (const JudgedFigure& figure : runtime.figures) {
    data view;
    view["clock"] = figure.text();
    view["verdict"] = word_of(figure.verdict);
    view["class"] = colour_of(figure.verdict);
    view["base"] = seconds_text(figure.base_s);
    view["head"] = seconds_text(figure.head_s);
    view["ratio"] = ratio_text(figure.ratio);
    view["pairs"] = std::to_string(figure.pairs);
    view["noise"] = percent_text(figure.sigma);
    figures << view;
  }
  return figures;
}

void put_instructions(const ComparedResult& result, data& view) {
  view["has_instructions"] = flag(result.instructions.has_value());
  if (!result.instructions) {
    return;
  }
  const InstructionComparison& instructions = *result.instructions;
  data parts{data::type::list};
  const auto put = [&parts](const std::string& name, std::uint64_t base, std::uint64_t head) {
    data row;
    row["part"] = name;
    row["base"] = std::to_string(base);
    row["head"] = std::to_string(head);
    row["change"] =
        base == 0 ? "-" : percent_text(static_cast<double>(head) / static_cast<double>(base) - 1, 2);
    parts << row;
  };
  for (const CountedPart& part : instructions.parts) {
    put(part.part, part.base, part.head);
  }
  if (instructions.parts.size() > 1) {
    put("all", instructions.base, instructions.head);
  }
  view["instructions"] = std::move(parts);
  view["counted_frames"] =
      fmt::format("{} frame{}", instructions.frames, instructions.frames == 1 ? "" : "s");
  view["counted_on"] = instructions.head_executor;
}

data result_view(const Comparison& comparison, std::size_t index) {
  const ComparedResult& result = comparison.results[index];
  data view;
  view["index"] = std::to_string(index);
  view["fixture"] = result.fixture;
  view["pipeline"] = result.pipeline;
  view["verdict"] = result.absent.empty() ? word_of(result.verdict) : "not compared";
  view["class"] = colour_of(result.verdict);
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
  view["has_figures"] = flag(runtime != nullptr && runtime->figures.size() > 1);
  if (runtime != nullptr) {
    view["figures"] = figure_views(*runtime);
    put_pairs(comparison, *runtime, view);
    view["has_stages"] = flag(!runtime->stages.empty());
    view["stages"] = stage_views(*runtime);
  }
  put_instructions(result, view);
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
  page["verdict_word"] = word_of(comparison.verdict);
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
  put_forest(comparison, page);
  data results{data::type::list};
  for (std::size_t i = 0; i < comparison.results.size(); ++i) {
    results << result_view(comparison, i);
  }
  page["results"] = std::move(results);
  page["environment"] = environment_view(comparison);
  page["has_command"] = flag(!comparison.command_line.empty());
  page["command_line"] = comparison.command_line;
  return page_template.render(page);
}

}  // namespace ffbench
