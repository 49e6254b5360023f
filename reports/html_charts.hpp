#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reports/report.hpp"

namespace ffbench {

/// The results of one fixture, in the order of the report.
struct FixtureGroup {
  std::string name;
  std::vector<const Result*> results;
};

std::vector<FixtureGroup> group_by_fixture(const Report& report);

/// Colour and dash of a pipeline in every chart, by its first appearance in the report; the base
/// has 0, others 1 to 7.
int colour_slot(const Report& report, std::string_view pipeline);

/// One line of a chart. NaN values are gaps.
struct Line {
  int slot = 0;
  int first_frame = 0;
  const std::vector<double>* values = nullptr;
  std::vector<int> marked_frames;
  std::vector<double> levels{};  ///< drawn across the chart: the p95 and p99 of times
};

enum class ChartKind { tpsnr, delta, times };

/// What a chart of that kind shows of a fixture; results without the series are left out.
std::vector<Line> chart_lines(const Report& report, const FixtureGroup& group, ChartKind kind);

/// A static chart, for readers without scripts or charting library; the last `tail` frames are
/// shaded.
std::string svg_chart(const std::vector<Line>& lines, int frames, int tail);

/// The sample of a line in a legend.
std::string svg_swatch(int slot);

/// Everything the page's script draws, as JSON that is safe inside a script element.
std::string chart_data(const Report& report);

/// A line of a pose track: what was observed, what is true, what a pipeline planned.
struct PoseLine {
  std::string label;
  int slot = 0;
  const std::vector<double>* values = nullptr;
};

/// One quantity of one face: the observation, the plan of every pipeline (plans that agree share a
/// line), the truth.
struct PoseTrack {
  int face = 0;
  std::string quantity;
  std::string unit;
  std::vector<PoseLine> lines;
  const std::vector<double>* truth = nullptr;  ///< empty without truth
};
std::vector<PoseTrack> pose_tracks(const Report& report, const FixtureGroup& group);

/// JSON as the text of a script element, which it can neither end nor hide the end of.
std::string json_inside_script(const std::string& json);

/// The same for JavaScript.
std::string inside_script(std::string text);

}  // namespace ffbench
