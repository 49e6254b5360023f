#include "harness/compare/selftest.hpp"

#include <memory>

#include <fmt/core.h>

#include "harness/cli/commands.hpp"

namespace ffbench::cli {
namespace {

ExitCode print_outcome(const compare::SelftestOutcome& outcome) {
  int caught = 0;
  int skipped = 0;
  for (const compare::FaultOutcome& fault : outcome.faults) {
    caught += fault.caught ? 1 : 0;
    skipped += fault.skipped ? 1 : 0;
    const std::string ending = fault.skipped ? "-" : fmt::format("exit {}", fault.exit_code);
    fmt::print("{:<8} {:<20} {:<8} {}\n",
               fault.caught    ? "caught"
               : fault.skipped ? "skipped"
                               : "MISSED",
               fault.name, ending, fault.description);
    fmt::print("         {}\n", fault.message);
  }
  for (const std::string& alarm : outcome.alarms) {
    fmt::print("FALSE ALARM of a clean run: {}\n", alarm);
  }
  fmt::print("{} of {} faults caught, {} skipped; {} of {} clean runs raised an alarm\n", caught,
             outcome.faults.size(), skipped, outcome.alarms.size(), outcome.clean_runs);
  return outcome.passed() ? ExitCode::ok : ExitCode::gate_failed;
}

}  // namespace

void add_selftest(Command& app, Action& action) {
  struct Arguments {
    compare::SelftestOptions options;
    bool quiet = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  compare::SelftestOptions& options = arguments->options;
  options.out = "out/selftest";
  Command command =
      app.add_subcommand("selftest", "Run programs that are broken on purpose: every fault must be caught");
  command.add_option("--fault", options.faults, "Only faults whose name matches");
  command.add_option("--pipeline", options.pipeline, "The pipeline that the faults are put into")
      .capture_default_str();
  command.add_option("--clean-runs", options.clean_runs, "Runs without a fault, which must raise no alarm")
      .range(0, 100000)
      .capture_default_str();
  command.add_option("--out", options.out, "Folder of what the runs leave").capture_default_str();
  command.add_flag("--resume", options.resume, "Continue the self-test in --out; nothing is run twice");
  command.add_flag("--quiet", arguments->quiet, "No progress");
  command.callback([arguments, &action] {
    action = [arguments] {
      arguments->options.program = std::filesystem::read_symlink("/proc/self/exe");
      Progress progress(arguments->quiet);
      return print_outcome(compare::run_selftest(arguments->options, progress));
    };
  });
}

}  // namespace ffbench::cli
