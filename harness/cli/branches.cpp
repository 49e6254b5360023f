#include "harness/compare/branches.hpp"

#include <memory>

#include "core/system/data_path.hpp"
#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_branches(Command& app, Action& action) {
  struct Arguments {
    compare::BranchesOptions options;
    std::string operators;
    double instructions_gate = 0;
    bool quiet = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  compare::BranchesOptions& options = arguments->options;
  options.out = "out/branches";
  Command command = app.add_subcommand(
      "branches",
      "Build two commits, run them interleaved, and judge whether HEAD is slower or its output differs");
  command.add_option("BASE", options.base, "The commit to compare with (with --base-binary: a name for it)");
  command.add_option("HEAD", options.head, "The commit that is judged (with --head-binary: a name for it)");
  command.add_option("--base-binary", options.base_binary, "An ffbench to use instead of building BASE");
  command.add_option("--head-binary", options.head_binary, "An ffbench to use instead of building HEAD");
  command.add_option("--base-checkout", options.base_checkout,
                     "Of commands: the folder that {checkout} stands for, instead of BASE's files");
  command.add_option("--head-checkout", options.head_checkout,
                     "Of commands: the folder that {checkout} stands for, instead of HEAD's files");
  command.add_option("--repository", options.repository,
                     "The git repository (default: that of this program)");
  command.add_option("--suite", options.suite, "A suite or a suite file").capture_default_str();
  command.add_option("--fixture", options.fixtures, "Only fixtures whose name matches");
  command.add_option("--pipeline", options.pipelines,
                     "A pipeline; several may be given (default: enhanced/auto)");
  const Option operators =
      command
          .add_option("--operators", arguments->operators,
                      "Cases of operators instead of pipelines: all that stand for them, or those whose "
                      "operator matches, or with '/' whose OPERATOR/BACKEND/CASE matches")
          .at_most_one_word()
          .excludes("--pipeline")
          .excludes("--fixture");
  command.add_flag("--instructions", options.instructions,
                   "Count instructions on the cpu too, with valgrind's callgrind");
  command.add_flag("--instructions-only", options.instructions_only,
                   "Count instructions alone; they may grow by 0.5 % or --instructions-gate");
  const Option gate = command
                          .add_option("--instructions-gate", arguments->instructions_gate,
                                      "Count instructions; more than so many percent more FAIL")
                          .not_negative();
  command.add_option("--swap", options.swap, "What the swap stage does").capture_default_str();
  command.add_option("--passes", options.passes, "Timed passes of one observation")
      .range(1, 1000)
      .capture_default_str();
  command.add_option("--threads", options.threads, "Threads of the pipelines that can use several")
      .range(1, 1024)
      .capture_default_str();
  command.add_flag("--by-processes", options.by_processes,
                   "Run the processes of a pair one after the other instead of in turn, pass by pass");
  command.add_option("--seed", options.seed, "Seed of the coin that orders the runs").capture_default_str();
  command.add_option("--out", options.out, "Folder of pairs and comparison").capture_default_str();
  command.add_option("--calibration", options.calibration,
                     "File of `ffbench calibrate` (default: in the cache folder)");
  command.add_flag("--resume", options.resume, "Continue the session in --out; nothing is measured twice");
  command.add_flag("--allow-changed-output", options.allow_changed_output,
                   "Bytes that differ are not an error; the gates decide");
  command.add_flag("--runtime-only", options.runtime_only, "Leave out the run for bytes, figures and gates");
  command.add_option(
      "--inject-slowdown", options.inject_slowdown,
      "Slow the head down by so many percent, e.g. 3, 10@mask, or 5@warp with --operators, to see it found");
  command.add_flag("--quiet", arguments->quiet, "No progress");
  command.callback([arguments, operators, gate, &action] {
    action = [arguments, operators, gate] {
      compare::BranchesOptions chosen = arguments->options;
      chosen.compare_operators = operators.given();
      if (!arguments->operators.empty()) {
        chosen.operators = {arguments->operators};
      }
      if (gate.given()) {
        chosen.instructions_gate = arguments->instructions_gate / 100;
      }
      if (chosen.repository.empty()) {
        chosen.repository = data_path("core").parent_path();
      }
      chosen.command_line = command_line();
      Progress progress(arguments->quiet);
      return print_outcome(compare::compare_branches(chosen, progress), chosen.out);
    };
  });
}

}  // namespace ffbench::cli
