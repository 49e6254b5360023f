#include "harness/history/history.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include <fmt/core.h>

#include "core/system/atomic_file.hpp"
#include "harness/cli/commands.hpp"
#include "harness/statistics/change_points.hpp"
#include "reports/report_json.hpp"

namespace ffbench::cli {
namespace {

/// The series in eight steps from its least to its largest value.
std::string sparkline(const std::vector<HistoryPoint>& points) {
  constexpr std::array<const char*, 8> steps{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  constexpr std::size_t widest = 60;
  const std::size_t first = points.size() > widest ? points.size() - widest : 0;
  double low = points[first].value;
  double high = low;
  for (std::size_t i = first; i < points.size(); ++i) {
    low = std::min(low, points[i].value);
    high = std::max(high, points[i].value);
  }
  std::string line;
  for (std::size_t i = first; i < points.size(); ++i) {
    const double place = high > low ? (points[i].value - low) / (high - low) : 0.5;
    line += steps[static_cast<std::size_t>(std::min(7.0, std::floor(8 * place)))];
  }
  return line;
}

void print_series(const HistorySeries& series) {
  const std::vector<HistoryPoint>& points = series.points;
  fmt::print("{}  {}  {}\n  {} runs on {}, from {:.4g} to {:.4g}\n  {}\n", series.fixture, series.pipeline,
             series.metric, points.size(), series.machine, points.front().value, points.back().value,
             sparkline(points));
  std::vector<double> logarithms;
  for (const HistoryPoint& point : points) {
    if (!(point.value > 0)) {
      return;  // changes are reported for ratios alone
    }
    logarithms.push_back(std::log(point.value));
  }
  for (const statistics::ChangePoint& change : statistics::change_points(logarithms)) {
    const HistoryPoint& at = points[static_cast<std::size_t>(change.index)];
    fmt::print("  change at {} ({}): {:.4g} -> {:.4g}, {:+.1f} % (advisory)\n", at.started,
               at.commit.empty() ? "unknown commit" : at.commit.substr(0, 12), std::exp(change.before),
               std::exp(change.after), 100 * std::expm1(change.after - change.before));
  }
}

}  // namespace

void add_history(Command& app, Action& action) {
  struct Arguments {
    std::filesystem::path file;
    std::vector<std::filesystem::path> add;
    HistoryQuery query;
    std::filesystem::path csv;
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command = app.add_subcommand("history", "Trends and change points over the runs of a history file");
  command.add_option("FILE", arguments->file, "The history: what `run suite --history FILE` appends to")
      .required();
  command.add_option("--add", arguments->add, "Append these report.json files (or their folders) first");
  command.add_option("--fixture", arguments->query.fixture, "Only fixtures whose name matches")
      .capture_default_str();
  command.add_option("--pipeline", arguments->query.pipeline, "Only pipelines whose name matches")
      .capture_default_str();
  command.add_option("--metric", arguments->query.metric, "Only figures whose name matches")
      .capture_default_str();
  command.add_option("--csv", arguments->csv, "Write the points into this file");
  command.callback([arguments, &action] {
    action = [arguments] {
      if (arguments->add.empty() && !std::filesystem::exists(arguments->file)) {
        fail("{}: no such file; `ffbench run suite --history {}` makes it", arguments->file.string(),
             arguments->file.string());
      }
      std::vector<Report> reports;
      for (const std::filesystem::path& path : arguments->add) {
        reports.push_back(read_report(path));
      }
      History history(arguments->file);
      for (const Report& report : reports) {
        history.append(report);
      }
      const std::vector<HistorySeries> series = history.series(arguments->query);
      for (const HistorySeries& one : series) {
        print_series(one);
      }
      fmt::print("{} runs, {} series\n", history.run_count(), series.size());
      if (!arguments->csv.empty()) {
        write_file_atomically(arguments->csv, to_csv(series));
      }
      return ExitCode::ok;
    };
  });
}

}  // namespace ffbench::cli
