#include "reports/html_charts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "core/json/json_text.hpp"
#include "reports/figures.hpp"

namespace ffbench {
namespace {

constexpr std::string_view base_prefix = "base-";
constexpr std::array<std::string_view, 8> dashes{"6 3", "",    "2 2",  "10 3 2 3",
                                                 "8 4", "3 3", "12 3", "5 2 2 2"};

std::string dash_attribute(int slot) {
  const std::string_view dash = dashes[static_cast<std::size_t>(slot)];
  return dash.empty() ? "" : fmt::format(" stroke-dasharray=\"{}\"", dash);
}

/// Three decimals are below what a curve can show, and keep the page small.
nlohmann::json rounded(const std::vector<double>& values, double step = 1e3) {
  nlohmann::json out = nlohmann::json::array();
  for (const double value : values) {
    out.push_back(std::isfinite(value) ? nlohmann::json(std::round(value * step) / step)
                                       : nlohmann::json(nullptr));
  }
  return out;
}

std::vector<int> outlier_frames(const Result& result) {
  std::vector<int> frames;
  if (result.quality && result.quality->delta) {
    for (const DeltaOutlier& outlier : result.quality->delta->outliers) {
      frames.push_back(outlier.frame);
    }
  }
  return frames;
}

const std::vector<double>* series_of(const Result& result, ChartKind kind) {
  switch (kind) {
    case ChartKind::tpsnr:
      return result.quality ? &result.quality->tpsnr_stride2.series : nullptr;
    case ChartKind::delta:
      return result.quality && result.quality->delta ? &result.quality->delta->series : nullptr;
    case ChartKind::times:
      return result.timing ? &result.timing->frame_series_ms : nullptr;
  }
  return nullptr;
}

/// The area of a static chart in its own units.
struct Plot {
  static constexpr double width = 1000;
  static constexpr double height = 300;
  static constexpr double left = 48;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  int frames = 0;

  [[nodiscard]] double x(int frame) const { return left + (width - left) * frame / std::max(1, frames - 1); }
  [[nodiscard]] double y(double value) const {
    return height - 4 - (height - 8) * (value - low) / (high - low);
  }
};

std::string polylines(const Plot& plot, const Line& line) {
  std::string out;
  std::string points;
  const auto flush = [&] {
    if (!points.empty()) {
      out += fmt::format("<polyline class=\"p{}\"{} points=\"{}\"/>", line.slot, dash_attribute(line.slot),
                         points);
    }
    points.clear();
  };
  for (std::size_t i = 0; i < line.values->size(); ++i) {
    const double value = (*line.values)[i];
    if (!std::isfinite(value)) {
      flush();
      continue;
    }
    const int frame = line.first_frame + static_cast<int>(i);
    points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", plot.x(frame), plot.y(value));
    if (std::ranges::find(line.marked_frames, frame) != line.marked_frames.end()) {
      const double x = plot.x(frame);
      const double y = plot.y(value);
      out += fmt::format("<path class=\"mark\" d=\"M{:.1f} {:.1f}l-6 10h12z\"/>", x, y + 3);
    }
  }
  flush();
  for (const double level : line.levels) {
    out += fmt::format("<path class=\"p{} level\" d=\"M{:.0f} {:.1f}H{:.0f}\"/>", line.slot, Plot::left,
                       plot.y(level), Plot::width);
  }
  return out;
}

/// p95 and p99 of a result's frame times.
std::vector<double> levels_of(const Result& result, ChartKind kind) {
  if (kind != ChartKind::times || !result.timing || result.timing->frame_series_ms.empty()) {
    return {};
  }
  return {result.timing->frame_ms.p95, result.timing->frame_ms.p99};
}

}  // namespace

std::vector<FixtureGroup> group_by_fixture(const Report& report) {
  std::vector<FixtureGroup> groups;
  for (const Result& result : report.results) {
    const auto found = std::ranges::find(groups, result.fixture, &FixtureGroup::name);
    FixtureGroup& group = found != groups.end()
                              ? *found
                              : groups.emplace_back(FixtureGroup{.name = result.fixture, .results = {}});
    group.results.push_back(&result);
  }
  return groups;
}

int colour_slot(const Report& report, std::string_view pipeline) {
  if (pipeline.starts_with(base_prefix)) {
    return 0;
  }
  std::vector<std::string_view> seen;
  for (const Result& result : report.results) {
    if (!result.pipeline.starts_with(base_prefix) && std::ranges::find(seen, result.pipeline) == seen.end()) {
      seen.push_back(result.pipeline);
    }
  }
  const auto place = std::ranges::find(seen, pipeline) - seen.begin();
  return 1 + static_cast<int>(place) % 7;
}

std::vector<Line> chart_lines(const Report& report, const FixtureGroup& group, ChartKind kind) {
  std::vector<Line> lines;
  for (const Result* result : group.results) {
    const std::vector<double>* values = series_of(*result, kind);
    if (values != nullptr && !values->empty()) {
      const bool times = kind == ChartKind::times;
      lines.push_back({.slot = colour_slot(report, result->pipeline),
                       .first_frame = times ? 0 : 2,
                       .values = values,
                       .marked_frames = times ? std::vector<int>{} : outlier_frames(*result),
                       .levels = levels_of(*result, kind)});
    }
  }
  return lines;
}

std::string svg_chart(const std::vector<Line>& lines, int frames, int tail) {
  Plot plot;
  plot.frames = frames;
  for (const Line& line : lines) {
    for (const double value : *line.values) {
      if (std::isfinite(value)) {
        plot.low = std::min(plot.low, value);
        plot.high = std::max(plot.high, value);
      }
    }
  }
  if (plot.low > plot.high) {
    return {};
  }
  // Room for the marks below the lowest point, and for a line that is all one value.
  const double room = plot.low == plot.high ? 1 : 0.06 * (plot.high - plot.low);
  plot.low -= room;
  plot.high += room;
  std::string out =
      fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
                  Plot::width, Plot::height);
  if (tail > 0) {
    const double start = plot.x(std::max(0, frames - tail));
    out += fmt::format("<rect class=\"shade\" x=\"{:.1f}\" y=\"0\" width=\"{:.1f}\" height=\"{:.0f}\"/>",
                       start, Plot::width - start, Plot::height);
  }
  out += fmt::format("<path class=\"frame\" d=\"M{0:.0f} 0V{1:.0f}H{2:.0f}\"/>", Plot::left, Plot::height,
                     Plot::width);
  out += fmt::format("<text x=\"2\" y=\"14\">{}</text><text x=\"2\" y=\"{:.0f}\">{}</text>",
                     fixed(plot.high, 1), Plot::height - 4, fixed(plot.low, 1));
  for (const Line& line : lines) {
    out += polylines(plot, line);
  }
  return out + "</svg>";
}

std::string svg_swatch(int slot) {
  return fmt::format(
      "<svg viewBox=\"0 0 34 10\" aria-hidden=\"true\"><line x1=\"0\" y1=\"5\" x2=\"34\" y2=\"5\"{}/></svg>",
      dash_attribute(slot));
}

std::vector<PoseTrack> pose_tracks(const Report& report, const FixtureGroup& group) {
  std::vector<PoseTrack> tracks;
  for (const Result* result : group.results) {
    for (const Trajectory& trajectory : result->trajectories) {
      auto track = std::ranges::find_if(tracks, [&](const PoseTrack& other) {
        return other.face == trajectory.face && other.quantity == trajectory.quantity;
      });
      if (track == tracks.end()) {
        tracks.push_back({.face = trajectory.face,
                          .quantity = trajectory.quantity,
                          .unit = trajectory.unit,
                          .lines = {{.label = "observed", .slot = 0, .values = &trajectory.observed}},
                          .truth = &trajectory.truth});
        track = std::prev(tracks.end());
      }
      const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
        return std::ranges::equal(
            a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
      };
      const auto twin = std::ranges::find_if(
          track->lines, [&](const PoseLine& line) { return same(*line.values, trajectory.planned); });
      if (twin == track->lines.end()) {
        track->lines.push_back({.label = result->pipeline,
                                .slot = std::max(1, colour_slot(report, result->pipeline)),
                                .values = &trajectory.planned});
      } else {
        twin->label += ", " + result->pipeline;
      }
    }
  }
  return tracks;
}

std::string chart_data(const Report& report) {
  using Json = nlohmann::json;
  Json json{{"fixtures", Json::array()}};
  for (const FixtureGroup& group : group_by_fixture(report)) {
    Json fixture{{"frames", 0}, {"pipelines", Json::array()}, {"poses", Json::array()}};
    int frames = 0;
    for (const Result* result : group.results) {
      frames = std::max(frames, result->frames);
      Json pipeline{{"name", result->pipeline}, {"slot", colour_slot(report, result->pipeline)}};
      pipeline["outliers"] = outlier_frames(*result);
      for (const auto& [key, kind] :
           {std::pair{"tpsnr", ChartKind::tpsnr}, {"delta", ChartKind::delta}, {"times", ChartKind::times}}) {
        if (const auto* values = series_of(*result, kind); values != nullptr) {
          pipeline[key] = rounded(*values);
          if (const auto levels = levels_of(*result, kind); !levels.empty()) {
            pipeline["levels"] = rounded(levels);
          }
        }
      }
      fixture["pipelines"].push_back(std::move(pipeline));
    }
    for (const PoseTrack& track : pose_tracks(report, group)) {
      const double step = track.unit == "px" ? 1e3 : 1e5;
      Json lines = Json::array();
      for (const PoseLine& line : track.lines) {
        lines.push_back(
            {{"label", line.label}, {"slot", line.slot}, {"values", rounded(*line.values, step)}});
      }
      fixture["poses"].push_back({{"quantity", track.quantity},
                                  {"unit", track.unit},
                                  {"lines", std::move(lines)},
                                  {"truth", rounded(*track.truth, step)}});
    }
    fixture["frames"] = frames;
    json["fixtures"].push_back(std::move(fixture));
  }
  return json_inside_script(json_text(json));
}

std::string json_inside_script(const std::string& json) {
  // Strings alone hold this character. JSON has no escape for '!', so a backslash does not do.
  std::string text;
  for (const char c : json) {
    text += c == '<' ? std::string("\\u003c") : std::string(1, c);
  }
  return text;
}

std::string inside_script(std::string text) {
  // These end the element, or hide its end, wherever they stand. They occur within strings only,
  // where a backslash changes nothing; a regular expression such as /</ must stay as it is.
  for (const std::string_view mark : {"</script", "<!--"}) {
    const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
    for (auto at = text.begin();
         (at = std::search(at, text.end(), mark.begin(), mark.end(), same)) != text.end();) {
      at = text.insert(at + 1, '\\');
    }
  }
  return text;
}

}  // namespace ffbench
