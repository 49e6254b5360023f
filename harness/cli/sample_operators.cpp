#include <memory>

#include <fmt/core.h>

#include "harness/cli/commands.hpp"
#include "harness/compare/operator_benches.hpp"
#include "harness/compare/operator_instructions.hpp"
#include "harness/compare/operator_sample.hpp"

namespace ffbench::cli {

void add_sample_operators(Command& app, Action& action) {
  struct Arguments {
    compare::OperatorSampleOptions options;
    std::vector<std::string> globs;
    std::string slowdown;
    bool list = false;
    bool count_instructions = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command = app.add_subcommand("sample-operators",
                                       "One observation of cases of operators, as a line of JSON (used by "
                                       "`ffbench branches --operators`)");
  compare::OperatorSampleOptions& options = arguments->options;
  command.add_option(
      "GLOB", arguments->globs,
      "With --list: only operators whose name matches, or with '/' names OPERATOR/BACKEND/CASE");
  command.add_flag("--list", arguments->list, "Print the names OPERATOR/BACKEND/CASE that can be measured");
  command.add_option("--bench", options.benches, "OPERATOR/BACKEND/CASE; several may be given");
  command.add_option("--passes", options.passes, "Timed passes of each").range(1, 1000).capture_default_str();
  command.add_option("--inject-slowdown", arguments->slowdown,
                     "Spin for so many percent of each run on the cpu, e.g. 5 or 5@warp");
  command.add_option("--turn-socket", options.turn_socket,
                     "Descriptor of a socket to a second process: each pass waits for the other's");
  command.add_flag("--first", options.first, "With --turn-socket: has the first turn");
  command.add_flag("--count-instructions", arguments->count_instructions,
                   "Under callgrind: mark one run of each instead of timing it");
  command.callback([arguments, &action] {
    action = [arguments] {
      if (arguments->list) {
        for (const compare::OperatorBench& bench : compare::operator_benches(arguments->globs)) {
          fmt::print("{}\n", bench.name());
        }
        return ExitCode::ok;
      }
      if (!arguments->slowdown.empty()) {
        arguments->options.slowdown = compare::parse_operator_slowdown(arguments->slowdown);
      }
      fmt::print("{}\n", arguments->count_instructions
                             ? compare::mark_operators(arguments->options.benches)
                             : compare::to_json(compare::measure_operators(arguments->options)));
      return ExitCode::ok;
    };
  });
}

}  // namespace ffbench::cli
