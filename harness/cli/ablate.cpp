#include "harness/compare/ablate.hpp"

#include <memory>

#include <fmt/core.h>

#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_ablate(Command& app, Action& action) {
  struct Arguments {
    compare::AblateOptions options;
    bool quiet = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  compare::AblateOptions& options = arguments->options;
  options.suite.suite = "smoke";
  options.suite.out = "out/ablate";
  Command command = app.add_subcommand(
      "ablate", "Switch each feature of a preset off alone and on alone; compare runtime and quality");
  command.add_option("SUITE", options.suite.suite, "A suite or a suite file").capture_default_str();
  command.add_option("--preset", options.preset, "The preset whose features are switched")
      .capture_default_str();
  command.add_option("--backend", options.backend, "reference, cpu, cuda or auto").capture_default_str();
  command.add_option("--fixture", options.suite.fixtures, "Only fixtures whose name matches");
  command.add_option("--repetitions", options.suite.run.repetitions, "Timed passes over every clip")
      .range(1, 1000)
      .capture_default_str();
  command.add_option("--threads", options.suite.run.threads, "Threads of the pipelines that can use several")
      .range(1, 1024)
      .capture_default_str();
  command.add_option("--out", options.suite.out, "Folder of the table").capture_default_str();
  command.add_flag("--quiet", arguments->quiet, "No progress");
  command.callback([arguments, &action] {
    action = [arguments] {
      arguments->options.suite.command_line = command_line();
      Progress progress(arguments->quiet);
      const Ablation ablation = compare::ablate(arguments->options, progress);
      fmt::print("{}report: {}\n", to_terminal(ablation),
                 (arguments->options.suite.out / "ablation.html").string());
      return ExitCode::ok;
    };
  });
}

}  // namespace ffbench::cli
