#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "core/stage.hpp"
#include "reports/figures.hpp"
#include "reports/html_pairs.hpp"
#include "reports/html_view.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;

double stage_sum(const Result& result) {
  double sum = 0;
  for (const Stage stage : all_stages) {
    const auto found = result.timing->stages.find(std::string(name_of(stage)));
    sum += found != result.timing->stages.end() && std::isfinite(found->second) ? found->second : 0;
  }
  return sum;
}

bool has_stages(const Result* result) {
  return result->timing && stage_sum(*result) > 0;
}

/// Milliseconds, with the digits that distinguish a GPU's stages.
std::string milliseconds_text(double ms) {
  return fmt::format("{:.{}f}", ms, ms < 0.1 ? 5 : 3);
}

data bar_view(const Result& result, double longest) {
  constexpr double label_percent = 14;
  data parts{data::type::list};
  data figures{data::type::list};
  const double sum = stage_sum(result);
  for (const Stage stage : all_stages) {
    const auto found = result.timing->stages.find(std::string(name_of(stage)));
    const bool there = found != result.timing->stages.end() && std::isfinite(found->second);
    const double ms = there ? found->second : 0;
    figures << data{"ms", there ? milliseconds_text(ms) : std::string("-")};
    if (ms <= 0) {
      continue;
    }
    const double percent = 100 * ms / longest;
    data part;
    part["slot"] = fmt::format("{}", static_cast<int>(stage));
    part["percent"] = fmt::format("{:.3f}", percent);
    part["stage"] = std::string(name_of(stage));
    part["ms"] = milliseconds_text(ms);
    part["label"] = percent >= label_percent ? fmt::format("{:.2f}", ms) : std::string();
    parts << part;
  }
  data view;
  view["pipeline"] = result.pipeline;
  view["parts"] = std::move(parts);
  view["figures"] = std::move(figures);
  view["sum"] = milliseconds_text(sum);
  view["total"] = seconds_text(1e-3 * sum);
  return view;
}

void put_stages(const FixtureGroup& group, data& view) {
  double longest = 0;
  for (const Result* result : group.results) {
    longest = has_stages(result) ? std::max(longest, stage_sum(*result)) : longest;
  }
  data bars{data::type::list};
  for (const Result* result : group.results) {
    if (has_stages(result)) {
      bars << bar_view(*result, longest);
    }
  }
  data keys{data::type::list};
  for (const Stage stage : all_stages) {
    data key;
    key["slot"] = fmt::format("{}", static_cast<int>(stage));
    key["stage"] = std::string(name_of(stage));
    keys << key;
  }
  view["has_stages"] = flag(longest > 0);
  view["bars"] = std::move(bars);
  view["stage_keys"] = std::move(keys);
}

void put_charts(const Report& report, const FixtureGroup& group, int frames, data& view) {
  constexpr int tail_frames = 30;
  const auto tpsnr = chart_lines(report, group, ChartKind::tpsnr);
  const auto delta = chart_lines(report, group, ChartKind::delta);
  const auto times = chart_lines(report, group, ChartKind::times);
  view["has_tpsnr"] = flag(!tpsnr.empty());
  view["has_delta"] = flag(!delta.empty());
  view["has_times"] = flag(!times.empty());
  view["tpsnr_svg"] = svg_chart(tpsnr, frames, tail_frames);
  view["delta_svg"] = svg_chart(delta, frames, tail_frames);
  view["times_svg"] = svg_chart(times, frames, 0);
  data keys{data::type::list};
  data frame_times{data::type::list};
  std::string summary;
  for (const Result* result : group.results) {
    if (result->quality && !result->quality->tpsnr_stride2.series.empty()) {
      const int slot = colour_slot(report, result->pipeline);
      data key;
      key["slot"] = fmt::format("{}", slot);
      key["swatch"] = svg_swatch(slot);
      key["pipeline"] = result->pipeline;
      keys << key;
      summary += fmt::format("{}{} mean {} dB", summary.empty() ? "" : ", ", result->pipeline,
                             fixed(result->quality->tpsnr_stride2.mean, 2));
    }
    if (result->timing && !result->timing->frame_series_ms.empty()) {
      data row;
      row["pipeline"] = result->pipeline;
      row["median"] = fixed(result->timing->frame_ms.median, 3);
      row["p95"] = fixed(result->timing->frame_ms.p95, 3);
      row["p99"] = fixed(result->timing->frame_ms.p99, 3);
      frame_times << row;
    }
  }
  view["keys"] = std::move(keys);
  view["frame_times"] = std::move(frame_times);
  view["chart_summary"] = summary;
}

/// The first quantity is drawn for readers without scripts, the others are chosen in the page.
void put_poses(const Report& report, const FixtureGroup& group, int frames, data& view) {
  const std::vector<PoseTrack> tracks = pose_tracks(report, group);
  data choices{data::type::list};
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    data choice;
    choice["item"] = fmt::format("{}", i);
    choice["name"] = fmt::format("{}, face {}", tracks[i].quantity, tracks[i].face);
    choices << choice;
  }
  view["has_poses"] = flag(!tracks.empty());
  view["pose_choices"] = std::move(choices);
  if (!tracks.empty()) {
    view["pose_quantity"] = tracks.front().quantity;
    view["pose_unit"] = tracks.front().unit;
    view["pose_truth"] = flag(!tracks.front().truth->empty());
    std::vector<Line> lines;
    for (const PoseLine& line : tracks.front().lines) {
      lines.push_back({.slot = line.slot, .first_frame = 0, .values = line.values, .marked_frames = {}});
    }
    view["pose_svg"] = svg_chart(lines, frames, 0);
  }
}

data figure_views(const FixtureGroup& group) {
  data list{data::type::list};
  for (const Metric& metric : metric_table()) {
    data values{data::type::list};
    bool any = false;
    for (const Result* result : group.results) {
      const auto value = metric.get(*result);
      any = any || value;
      values << data{"text", !value                               ? std::string("-")
                             : metric.kind == MetricKind::boolean ? std::string(*value != 0 ? "yes" : "no")
                             : metric.name == "timing.peak_memory_bytes" ? bytes_text(*value)
                             : metric.kind == MetricKind::integer        ? fmt::format("{:.0f}", *value)
                                                                         : fmt::format("{:.5g}", *value)};
    }
    if (any) {
      data view;
      view["metric"] = std::string(metric.name);
      view["unit"] = std::string(metric.unit);
      view["description"] = std::string(metric.description);
      view["values"] = std::move(values);
      list << view;
    }
  }
  return list;
}

std::string facts(const Result& result) {
  std::string text = fmt::format("{}x{}, {} frames, {} face-frames", result.width, result.height,
                                 result.frames, result.face_frames);
  if (result.crop_size > 0) {
    text += fmt::format(", crop {}", result.crop_size);
  }
  return text + (result.traits.truth ? ", with truth" : ", no truth");
}

}  // namespace

data fixture_views(const Report& report, const HtmlOptions& options) {
  data list{data::type::list};
  const auto groups = group_by_fixture(report);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const FixtureGroup& group = groups[i];
    int frames = 0;
    data pipelines{data::type::list};
    data notes{data::type::list};
    for (const Result* result : group.results) {
      frames = std::max(frames, result->frames);
      pipelines << data{"name", result->pipeline};
      for (const std::string& text : result->notes) {
        data note;
        note["pipeline"] = result->pipeline;
        note["text"] = text;
        notes << note;
      }
    }
    data view;
    view["id"] = fixture_id(i);
    view["index"] = fmt::format("{}", i);
    view["name"] = group.name;
    view["facts"] = facts(*group.results.front());
    put_charts(report, group, frames, view);
    put_stages(group, view);
    put_poses(report, group, frames, view);
    view["pairs"] = pair_views(group, options);
    view["pipelines"] = std::move(pipelines);
    view["figures"] = figure_views(group);
    view["notes"] = std::move(notes);
    list << view;
  }
  return list;
}

}  // namespace ffbench
