#include <cmath>
#include <memory>

#include <fmt/core.h>

#include "harness/cli/commands.hpp"
#include "harness/compare/branches.hpp"
#include "harness/compare/calibration.hpp"

namespace ffbench::cli {
namespace {

ExitCode tell(const std::vector<compare::Calibrated>& results, double tolerance,
              const compare::CalibrationFile& file) {
  bool noisy = false;
  for (const compare::Calibrated& result : results) {
    const compare::NoiseFloor& floor = result.sessions.floor;
    const bool unknown = floor.pairs == 0;
    const bool this_one = unknown || floor.too_noisy(tolerance);
    noisy = noisy || this_one;
    fmt::print("{}  {}  {}  {}\n", result.combination.fixture, result.combination.pipeline,
               result.figure.text(),
               unknown    ? "NOT KNOWN"
               : this_one ? "TOO NOISY"
                          : "may gate");
    if (unknown) {
      fmt::print("  every pair was voided: nothing is stored\n");
      continue;
    }
    fmt::print("  {} sessions of identical code: {} said FAIL, {} undecided\n", floor.sessions, floor.alarms,
               floor.inconclusive);
    fmt::print(
        "  noise of a pair {:.2f} %, noise floor of a session {:.2f} % (tolerance {:.2f} %), {} pairs\n",
        100 * floor.sigma, 100 * floor.largest, 100 * tolerance, floor.pairs);
    if (floor.alarms == 0) {
      // The rule of three: no alarm in n sessions bounds the rate at 95 % confidence.
      fmt::print("  no alarm in {} sessions shows a rate of at most {:.1f} %\n", floor.sessions,
                 100 * (1 - std::pow(0.05, 1.0 / floor.sessions)));
    }
  }
  if (noisy) {
    fmt::print(
        "This machine may not gate runtimes. What would help: stop other work on it; a bare machine instead "
        "of a shared "
        "one; a fixed CPU frequency governor; longer fixtures or more --passes.\n");
  }
  fmt::print("stored in {}\n", file.path().string());
  return noisy ? ExitCode::not_enough_evidence : ExitCode::ok;
}

}  // namespace

void add_calibrate(Command& app, Action& action) {
  struct Arguments {
    compare::CalibrateOptions options;
    std::vector<std::string> fixtures;
    std::vector<std::string> pipelines{"enhanced/auto"};
    std::filesystem::path calibration;
    bool quiet = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  compare::CalibrateOptions& options = arguments->options;
  options.out = "out/calibrate";
  options.program = "/proc/self/exe";
  Command command = app.add_subcommand(
      "calibrate",
      "Compare this program with itself: how much noise this machine has, and whether it may gate");
  command.add_option("--sessions", options.sessions, "Comparisons to make")
      .range(1, 10000)
      .capture_default_str();
  command.add_option("--suite", options.session.suite, "A suite or a suite file").capture_default_str();
  command.add_option("--fixture", arguments->fixtures, "Only fixtures whose name matches");
  command.add_option("--pipeline", arguments->pipelines, "A pipeline; several may be given")
      .capture_default_str();
  command.add_option("--swap", options.session.swap, "What the swap stage does").capture_default_str();
  command.add_option("--passes", options.session.passes, "Timed passes of one observation")
      .range(1, 1000)
      .capture_default_str();
  command.add_option("--threads", options.session.threads, "Threads of the pipelines that can use several")
      .range(1, 1024)
      .capture_default_str();
  command.add_option("--seed", options.session.seed, "Seed of the first session").capture_default_str();
  command.add_option("--out", options.out, "Folder of the sessions' pairs").capture_default_str();
  command.add_option("--calibration", arguments->calibration,
                     "File to store in (default: in the cache folder)");
  command.add_flag("--resume", options.resume, "Continue the sessions in --out");
  command.add_flag("--quiet", arguments->quiet, "No progress");
  command.callback([arguments, &action] {
    action = [arguments] {
      compare::CalibrateOptions chosen = arguments->options;
      chosen.session.combinations =
          compare::combinations_of(chosen.session.suite, arguments->fixtures, arguments->pipelines);
      chosen.session.procedure.family = compare::family_of(chosen.session.combinations);
      compare::CalibrationFile file(arguments->calibration);
      Progress progress(arguments->quiet);
      return tell(compare::calibrate(chosen, file, progress), chosen.session.procedure.tolerance, file);
    };
  });
}

}  // namespace ffbench::cli
