#include "harness/profile/profile.hpp"

#include <filesystem>
#include <memory>

#include <fmt/core.h>

#include "core/joined.hpp"
#include "core/named.hpp"
#include "harness/cli/commands.hpp"

namespace ffbench::cli {
namespace {

struct Arguments {
  ProfileOptions options;
  std::string pipeline = "enhanced/auto";
  std::string graphs = "on";
  std::string tool;
  std::string out = "ffbench-profile";
};

/// The words that repeat this run, without the tool.
std::vector<std::string> words_of(const Arguments& arguments) {
  const ProfileOptions& options = arguments.options;
  std::vector<std::string> words{
      "profile",    options.fixture,       "--suite",  options.suite,
      "--pipeline", options.pipeline.name, "--frames", std::to_string(options.frames)};
  if (options.pipeline.backend == Backend::cpu) {
    words.insert(words.end(), {"--threads", std::to_string(options.tuning.threads)});
  }
  if (options.pipeline.backend == Backend::cuda) {
    words.insert(words.end(), {"--batch", std::to_string(options.tuning.cuda.batch), "--streams",
                               std::to_string(options.tuning.cuda.streams), "--graphs", arguments.graphs,
                               "--device", std::to_string(options.tuning.cuda.device)});
  }
  return words;
}

ExitCode run_tool(const Arguments& arguments) {
  const std::vector<ProfilerLine> known = profilers(arguments.options.pipeline.backend, arguments.out);
  const std::string kind =
      fmt::format("--tool: profiler of backend {}", name_of(arguments.options.pipeline.backend));
  const ProfilerLine& profiler = named(known, arguments.tool, kind, &ProfilerLine::name);
  std::vector<std::string> command = words_of(arguments);
  command.insert(command.begin(), std::filesystem::read_symlink("/proc/self/exe").string());
  run_under(profiler, command);
  return ExitCode::ok;
}

ExitCode run_profile(Arguments& arguments) {
  ProfileOptions& options = arguments.options;
  options.pipeline = parse_pipeline(arguments.pipeline);
  options.tuning.cuda.graphs = arguments.graphs == "on";
  if (!arguments.tool.empty()) {
    return run_tool(arguments);
  }
  Progress progress(false);
  const ProfileResult result = profile(options, progress);
  fmt::print("{} on {}: {} frames in {:.3f} s, {:.1f} frames/s\n", options.fixture, result.executor,
             result.frames, result.seconds, result.frames / result.seconds);
  for (Stage stage : all_stages) {
    if (result.stages[stage] > 0) {
      fmt::print("  {:<12}{:>9.3f} ms/frame\n", name_of(stage), 1000 * result.stages[stage] / result.frames);
    }
  }
  fmt::print("\nthe same frames under a profiler, which collects inside the capture range alone:\n");
  const std::string command = fmt::format("{} {}", std::filesystem::read_symlink("/proc/self/exe").string(),
                                          joined(words_of(arguments), " "));
  for (const ProfilerLine& profiler : profilers(options.pipeline.backend, arguments.out)) {
    fmt::print("  --tool {}: {}\n    {}\n", profiler.name, profiler.purpose, shell_line(profiler, command));
  }
  return ExitCode::ok;
}

}  // namespace

void add_profile(Command& app, Action& action) {
  const auto arguments = std::make_shared<Arguments>();
  ProfileOptions& options = arguments->options;
  Command command = app.add_subcommand(
      "profile", "Run a fixed number of frames inside a capture range, or print how to profile them");
  command.add_option("FIXTURE", options.fixture, "A fixture of the suite").capture_default_str();
  command.add_option("--suite", options.suite, "A suite, or a suite file").capture_default_str();
  command.add_option("--pipeline", arguments->pipeline, "What runs").capture_default_str();
  const auto number = [&command](const std::string& name, int& value, int low, const std::string& text) {
    command.add_option(name, value, text).range(low, 1000000).capture_default_str();
  };
  number("--frames", options.frames, 1, "Frames inside the capture range");
  number("--threads", options.tuning.threads, 1, "cpu: threads");
  number("--batch", options.tuning.cuda.batch, 1, "cuda: frames in one launch");
  number("--streams", options.tuning.cuda.streams, 1, "cuda: streams");
  number("--device", options.tuning.cuda.device, 0, "cuda: number of the device");
  command.add_option("--graphs", arguments->graphs, "cuda: replayed graphs")
      .one_of({"on", "off"})
      .capture_default_str();
  command.add_option("--tool", arguments->tool,
                     "Run under this profiler: nsys, ncu (cuda); perf-stat, perf-record (others)");
  command.add_option("--out", arguments->out, "Where the profiler writes, without ending")
      .capture_default_str();
  command.callback([arguments, &action] { action = [arguments] { return run_profile(*arguments); }; });
}

}  // namespace ffbench::cli
