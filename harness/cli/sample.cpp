#include "harness/compare/sample.hpp"

#include <memory>

#include <fmt/core.h>

#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_sample(Command& app, Action& action) {
  struct Arguments {
    compare::SampleOptions options;
    std::string slowdown;
    bool count_instructions = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command = app.add_subcommand(
      "sample",
      "One observation of one pipeline on one fixture, as a line of JSON (used by `ffbench branches`)");
  compare::SampleOptions& options = arguments->options;
  command.add_option("--suite", options.suite, "A suite or a suite file").capture_default_str();
  command.add_option("--fixture", options.fixture, "One of its fixtures").required();
  command.add_option("--pipeline", options.pipeline, "A pipeline, e.g. enhanced/cpu").required();
  command.add_option("--swap", options.swap, "What the swap stage does").capture_default_str();
  command.add_option("--passes", options.passes, "Timed passes over the clip, after one that warms up")
      .range(1, 1000)
      .capture_default_str();
  command.add_option("--threads", options.threads, "Threads of the pipelines that can use several")
      .range(1, 1024)
      .capture_default_str();
  command.add_option("--inject-slowdown", arguments->slowdown,
                     "Spin for so many percent of each frame's time, e.g. 3 or 10@mask");
  command.add_option("--turn-socket", options.turn_socket,
                     "Descriptor of a socket to a second `sample`: each pass waits for the other's");
  command.add_flag("--first", options.first, "With --turn-socket: has the first turn");
  command.add_option("--scratch", options.scratch, "Folder of a command's videos and logs");
  command.add_flag("--count-instructions", arguments->count_instructions,
                   "Under callgrind: mark the stages instead of timing them");
  command.callback([arguments, &action] {
    action = [arguments] {
      if (!arguments->slowdown.empty()) {
        arguments->options.slowdown = compare::parse_slowdown(arguments->slowdown);
      }
      fmt::print("{}\n", arguments->count_instructions
                             ? compare::mark_instructions(arguments->options)
                             : compare::to_json(compare::measure_sample(arguments->options)));
      return ExitCode::ok;
    };
  });
}

}  // namespace ffbench::cli
