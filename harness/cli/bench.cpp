#include "harness/operators/bench.hpp"

#include <memory>
#include <string>
#include <vector>

#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_bench(Command& app, Action& action) {
  const auto options = std::make_shared<operators::BenchOptions>();
  Command command = app.add_subcommand(
      "bench",
      "Time operators, each compared with the reference first; Google Benchmark's flags are taken too");
  command.add_option("OPERATOR", options->operators, "Only operators whose name matches, e.g. warp");
  command.add_option(
      "--backend", options->backends,
      "Only backends whose name matches; besides the pipelines' there are reference and opencv");
  command.add_option("--target", options->targets, "Only SIMD targets whose name matches");
  command.add_option("--case", options->cases, "Only cases whose name matches");
  command.allow_extras();
  command.callback([options, command, &action] {
    for (const std::string& word : command.remaining()) {
      if (word == "--") {
        continue;
      }
      if (!word.starts_with("--benchmark_")) {
        fail(
            "The following argument was not expected: {}; see `ffbench bench --help`, or Google Benchmark's "
            "--benchmark_*",
            word);
      }
      options->flags.push_back(word);
    }
    action = [options] { return static_cast<ExitCode>(operators::run_benchmarks(*options)); };
  });
}

}  // namespace ffbench::cli
