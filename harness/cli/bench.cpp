#include "harness/operators/bench.hpp"

#include <memory>
#include <string>
#include <vector>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_bench(CLI::App& app, Action& action) {
  struct Arguments {
    operators::BenchOptions options;
    std::vector<std::string> words;
  };
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "bench",
      "Time operators, each compared with the reference first; Google Benchmark's flags go after --");
  command->add_option("OPERATOR", arguments->words, "Only operators whose name matches, e.g. warp");
  command->add_option(
      "--backend", arguments->options.backends,
      "Only backends whose name matches; besides the pipelines' there are reference and opencv");
  command->add_option("--target", arguments->options.targets, "Only SIMD targets whose name matches");
  command->add_option("--case", arguments->options.cases, "Only cases whose name matches");
  command->callback([arguments, &action] {
    action = [arguments] {
      operators::BenchOptions options = arguments->options;
      for (const std::string& word : arguments->words) {
        (word.starts_with("--") ? options.flags : options.operators).push_back(word);
      }
      return static_cast<ExitCode>(operators::run_benchmarks(options));
    };
  });
}

}  // namespace ffbench::cli
