#include "harness/smoothing_bound/smoothing_bound.hpp"

#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "datasets/suite.hpp"
#include "harness/cli/commands.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "harness/system/progress.hpp"

namespace ffbench::cli {
namespace {

struct Arguments {
  std::string suite = "standard";
  std::string preset = "default";
  std::vector<std::string> fixtures;
  bool quiet = false;
};

/// A mean over fixtures.
struct Mean {
  double sum = 0;
  int count = 0;

  void add(const std::optional<double>& value) {
    if (value) {
      sum += *value;
      ++count;
    }
  }
  [[nodiscard]] std::optional<double> value() const {
    return count > 0 ? std::optional(sum / count) : std::nullopt;
  }
};

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f}", 100 * *share) : "-";
}

std::optional<double> ratio(const std::optional<double>& reached, const std::optional<double>& tuned) {
  return reached && tuned && *tuned > 0 ? std::optional(*reached / *tuned) : std::nullopt;
}

void row(const std::string& fixture, const std::string& raw, const SmoothingBoundFigures& f) {
  fmt::print("{:<14}{:>9}  {:>9}{:>8}{:>8}  {:>9}{:>8}{:>8}\n", fixture, raw, percent(f.clip),
             percent(f.clip_tuned), percent(ratio(f.clip, f.clip_tuned)), percent(f.stream),
             percent(f.stream_tuned), percent(ratio(f.stream, f.stream_tuned)));
}

ExitCode run_smoothing_bound(const Arguments& arguments) {
  Progress progress(arguments.quiet);
  const Preset& chosen = preset(arguments.preset);
  const SuiteSpec suite = load_suite(arguments.suite);
  const std::vector<FixtureSpec> fixtures = chosen_fixtures(suite, arguments.fixtures);
  std::vector<SmoothingBoundFigures> measured;
  Progress unseen(true);
  progress.begin("measuring fixtures", static_cast<double>(fixtures.size()));
  for (const FixtureSpec& spec : fixtures) {
    std::vector<Subject> subjects = open_subjects({spec}, {}, unseen);
    if (subjects.front().moving_face) {
      measured.push_back(measure_smoothing_bound(subjects.front(), chosen));
    }
    progress.advance();
  }
  progress.end();
  fmt::print(
      "jitter (NMF) reduction against the raw plan, per cent\n{:<14}{:>9}  {:>9}{:>8}{:>8}  "
      "{:>9}{:>8}{:>8}\n",
      "fixture", "raw NMF", "whittaker", "tuned", "share", "rts", "tuned", "share");
  std::array<Mean, 4> means;
  for (const SmoothingBoundFigures& figures : measured) {
    row(figures.fixture, fmt::format("{:.1f}", figures.raw_nmf), figures);
    means[0].add(figures.clip);
    means[1].add(figures.clip_tuned);
    means[2].add(figures.stream);
    means[3].add(figures.stream_tuned);
  }
  row("mean", "", {"", 0, means[0].value(), means[1].value(), means[2].value(), means[3].value()});
  return ExitCode::ok;
}

}  // namespace

void add_smoothing_bound(Command& app, Action& action) {
  const auto arguments = std::make_shared<Arguments>();
  Command command = app.add_subcommand(
      "smoothing-bound",
      "How near the smoothers of a preset come to smoothers tuned against the truth, fixture by fixture");
  command.alias("oracle");  // its name before 0.2
  command.add_option("SUITE", arguments->suite, "A suite or a suite file").capture_default_str();
  command.add_option("--fixture", arguments->fixtures, "Only fixtures whose name matches");
  command.add_option("--preset", arguments->preset, "The preset; its feature fhr acts for both")
      .capture_default_str();
  command.add_flag("--quiet", arguments->quiet, "No progress");
  command.callback(
      [arguments, &action] { action = [arguments] { return run_smoothing_bound(*arguments); }; });
}

}  // namespace ffbench::cli
