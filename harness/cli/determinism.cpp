#include "harness/determinism/determinism.hpp"

#include <algorithm>
#include <memory>

#include <fmt/core.h>

#include "core/system/atomic_file.hpp"
#include "harness/cli/commands.hpp"
#include "harness/determinism/fresh_process.hpp"
#include "harness/pipeline/suite_subjects.hpp"

namespace ffbench::cli {
namespace {

struct Arguments {
  DeterminismOptions options;
  std::vector<std::string> pipelines;
  std::vector<std::string> targets{"all"};
  std::vector<std::string> graphs{"on", "off"};
  std::vector<std::string> frames{"host", "device"};
  std::vector<std::string> devices{"0"};
  std::filesystem::path json;
  std::filesystem::path child;
  bool quiet = false;
};

/// What runs when no pipeline is requested; the CUDA backend also where it cannot, so that its
/// absence shows.
std::vector<Pipeline> pipelines_to_check() {
  std::vector<Pipeline> pipelines = default_pipelines();
  const Pipeline cuda = parse_pipeline("enhanced/cuda");
  if (!cuda.unavailable.empty()) {
    pipelines.push_back(cuda);
  }
  return pipelines;
}

DeterminismOptions options_from(const Arguments& arguments) {
  DeterminismOptions options = arguments.options;
  for (const std::string& name : arguments.pipelines) {
    options.pipelines.push_back(parse_pipeline(name));
    options.pipelines.back().required = true;
  }
  if (options.pipelines.empty()) {
    options.pipelines = pipelines_to_check();
  }
  if (arguments.targets != std::vector<std::string>{"all"}) {
    options.axes.targets = arguments.targets;
  }
  options.axes.graphs.clear();
  for (const std::string& word : arguments.graphs) {
    options.axes.graphs.push_back(word == "on");
  }
  options.axes.frames_on_device.clear();
  for (const std::string& word : arguments.frames) {
    options.axes.frames_on_device.push_back(word == "device");
  }
  options.axes.devices.clear();
  if (arguments.devices != std::vector<std::string>{"all"}) {
    for (const std::string& word : arguments.devices) {
      if (word.empty() || word.size() > 3 || word.find_first_not_of("0123456789") != std::string::npos) {
        fail("--devices {}: not the number of a device; give numbers from 0, or all", word);
      }
      options.axes.devices.push_back(std::stoi(word));
    }
  }
  return options;
}

/// A pass on behalf of another process (harness/determinism/fresh_process.hpp).
ExitCode run_child(const DeterminismOptions& options, const std::filesystem::path& exchange) {
  Progress progress(true);
  std::vector<Subject> subjects =
      open_subjects(chosen_fixtures(load_suite(options.suite), options.fixtures), {}, progress);
  const Pipeline& pipeline = options.pipelines.at(0);
  run_as_fresh_process(exchange, subjects.at(0), pipeline, variants_of(pipeline, options.axes).at(0),
                       options.make);
  return ExitCode::ok;
}

ExitCode determinism(const Arguments& arguments) {
  const DeterminismOptions options = options_from(arguments);
  if (!arguments.child.empty()) {
    return run_child(options, arguments.child);
  }
  Progress progress(arguments.quiet);
  const DeterminismReport report = check_determinism(options, progress);
  fmt::print("{}", report.text());
  if (!arguments.json.empty()) {
    write_file_atomically(arguments.json, report.json());
  }
  return report.exit_code();
}

}  // namespace

void add_determinism(Command& app, Action& action) {
  const auto arguments = std::make_shared<Arguments>();
  DeterminismOptions& options = arguments->options;
  Command command = app.add_subcommand(
      "determinism", "Run pipelines again and again in every way they can be run; the bits stay the same");
  command.add_option("SUITE", options.suite, "A suite, or a suite file").capture_default_str();
  command.add_option("--fixture", options.fixtures, "Only fixtures whose name matches");
  command.add_option("--pipeline", arguments->pipelines,
                     "A pipeline; may be given several times (default: those of `run suite`)");
  command
      .add_option(
          "--runs", options.runs,
          "Passes of every variant whose stages are compared; as many follow of which the outputs are")
      .range(1, 10000)
      .capture_default_str();
  command.add_option("--processes", options.processes, "Passes in fresh processes")
      .range(0, 1000)
      .capture_default_str();
  const auto numbers = [&command](const std::string& name, std::vector<int>& values,
                                  const std::string& text) {
    command.add_option(name, values, text).delimiter(',').range(1, 1024).capture_default_str();
  };
  numbers("--threads", options.axes.threads, "cpu: numbers of threads");
  command.add_option("--targets", arguments->targets, "cpu: SIMD targets, or all")
      .delimiter(',')
      .capture_default_str();
  numbers("--batch", options.axes.batches, "cuda: frames in one launch");
  numbers("--streams", options.axes.streams, "cuda: numbers of streams");
  command.add_option("--graphs", arguments->graphs, "cuda: replayed graphs, plain launches")
      .delimiter(',')
      .one_of({"on", "off"})
      .capture_default_str();
  command.add_option("--frames", arguments->frames, "cuda: the memory in which frames are given")
      .delimiter(',')
      .one_of({"host", "device"})
      .capture_default_str();
  command.add_option("--devices", arguments->devices, "cuda: numbers of devices, or all")
      .delimiter(',')
      .capture_default_str();
  command.add_option("--json", arguments->json, "Write the result into this file too");
  command.add_option("--child", arguments->child).group("");
  command.add_flag("--quiet", arguments->quiet, "No progress");
  command.callback([arguments, &action] { action = [arguments] { return determinism(*arguments); }; });
}

}  // namespace ffbench::cli
