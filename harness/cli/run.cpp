#include <memory>
#include <optional>

#include <fmt/core.h>
#include <unistd.h>

#include "core/system/interruption.hpp"
#include "harness/cli/commands.hpp"
#include "harness/history/history.hpp"
#include "harness/run/dump.hpp"
#include "harness/run/run_suite.hpp"
#include "harness/run/run_video.hpp"
#include "harness/system/output_folder.hpp"
#include "reports/terminal.hpp"

namespace ffbench::cli {
namespace {

/// Options that both kinds of runs take. Those that are stored as they are typed go into `run` at
/// once.
struct CommonArguments {
  RunOptions run;
  std::vector<std::string> pipelines;
  std::string devices;
  std::string swap = "source";
  std::vector<std::string> dump_stages;
  std::filesystem::path gates;
  std::filesystem::path out;
  bool quiet = false;
};

void add_common(Command& command, CommonArguments& arguments) {
  command.add_option(
      "--pipeline", arguments.pipelines,
      "A pipeline, e.g. enhanced/cpu; may be given several times (see `ffbench list pipelines`)");
  command
      .add_option("--repetitions", arguments.run.repetitions, "Timed passes over every clip; 0 times nothing")
      .range(0, 1000)
      .capture_default_str();
  command.add_option("--threads", arguments.run.threads, "Threads of the pipelines that can use several")
      .range(1, 1024)
      .capture_default_str();
  command.add_option("--device", arguments.run.device.device, "GPU of the backend cuda, from 0")
      .not_negative()
      .capture_default_str();
  command.add_option("--devices", arguments.devices, "`all`: the fixtures are shared among all GPUs")
      .one_of({"all"})
      .excludes("--device");
  command.add_option("--batch", arguments.run.device.batch, "Frames in one launch of the backend cuda")
      .range(1, 64)
      .capture_default_str();
  command
      .add_option("--streams", arguments.run.device.streams,
                  "Batches of the backend cuda under way at a time")
      .range(1, 16)
      .capture_default_str();
  command
      .add_option("--graphs", arguments.run.device.graphs,
                  "on: the backend cuda replays graphs; off: it launches kernels one by one")
      .on_or_off()
      .default_str("on");
  command.add_flag("--whole-frames", arguments.run.device.whole_frames,
                   "Whole frames travel to the GPU and back, not the faces' regions alone");
  command
      .add_option(
          "--pack-in-composite,--join-parts", arguments.run.device.pack_in_composite,
          "on: composites of batches on the GPU apply gains and pack crops with their masks themselves; "
          "off: a kernel before them does")
      .on_or_off()
      .default_str("on");
  command
      .add_option("--swap", arguments.swap,
                  "What the swap stage does: source, identity, or onnx:FILE (docs/swap-models.md)")
      .capture_default_str();
  command.add_option("--gates", arguments.gates, "Gate file (default: ci/gates.json)");
  command.add_option("--out", arguments.out, "Folder of the report (default: out/NAME)");
  Option dump = command.add_option("--dump", arguments.run.dump,
                                   "Write plans as JSON and stages as PNG into this folder");
  command.add_option("--dump-stage", arguments.dump_stages, "Stages to dump (default: composite)")
      .needs(dump);
  command
      .add_option("--command-timeout", arguments.run.command_timeout_s,
                  "Seconds after which a `command:` pipeline is ended")
      .positive()
      .capture_default_str();
  command.add_flag("--quiet", arguments.quiet, "No progress");
}

/// The devices that share the fixtures. Several run side by side, which would spoil the times of
/// anything on the host.
std::vector<int> devices_of(const CommonArguments& arguments, const std::vector<Pipeline>& pipelines) {
  if (arguments.devices.empty()) {
    return {arguments.run.device.device};
  }
  std::vector<int> all;
  for (const cuda::Device& device : cuda::devices()) {
    all.push_back(device.index);
  }
  for (const Pipeline& pipeline : pipelines) {
    if (all.size() > 1 && pipeline.backend != Backend::cuda) {
      fail("--devices all: pipeline '{}' runs on the host; give only pipelines of the backend cuda with it",
           pipeline.name);
    }
  }
  return all.empty() ? std::vector<int>{0} : all;
}

RunOptions run_options(const CommonArguments& arguments, std::vector<Pipeline> defaults) {
  RunOptions options = arguments.run;
  for (const std::string& name : arguments.pipelines) {
    Pipeline pipeline = parse_pipeline(name);
    pipeline.required = true;
    options.pipelines.push_back(std::move(pipeline));
  }
  if (options.pipelines.empty()) {
    options.pipelines = std::move(defaults);
  }
  options.devices = devices_of(arguments, options.pipelines);
  options.swap = parse_swap(arguments.swap);
  options.dump_stages = parse_stages(arguments.dump_stages);
  if (!options.dump.empty()) {
    prepare_output_folder(options.dump, "--dump");
  }
  return options;
}

ExitCode print_outcome(const Report& report, const std::filesystem::path& out) {
  fmt::print("{}", to_terminal(report, terminal_style(STDOUT_FILENO)));
  fmt::print("report: {}\n", (out / "report.html").string());
  return report.exit_code;
}

void add_suite(Command& run, Action& action) {
  struct Arguments {
    CommonArguments common;
    SuiteOptions suite;
    std::string shard;
    std::filesystem::path history;
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command = run.add_subcommand("suite", "Run the pipelines over the fixtures of a suite");
  command.add_option("NAME", arguments->suite.suite, "A suite (see `ffbench list suites`) or a suite file")
      .capture_default_str();
  command.add_option("--fixture", arguments->suite.fixtures,
                     "Only fixtures whose name matches, e.g. 'talk*'");
  command.add_option("--shard", arguments->shard,
                     "Only the I-th of N shares of the fixtures, e.g. 2/4; see `ffbench merge`");
  command.add_flag("--resume", arguments->suite.resume,
                   "Continue what the same command began: finished fixtures are not run again");
  command.add_option("--history", arguments->history,
                     "Append the results to this SQLite file (see `ffbench history`)");
  add_common(command, arguments->common);
  command.callback([arguments, &action] {
    action = [arguments] {
      SuiteOptions options = arguments->suite;
      options.gates = arguments->common.gates;
      std::string name = std::filesystem::path(options.suite).stem().string();
      if (!arguments->shard.empty()) {
        options.shard = parse_shard(arguments->shard);
        name += fmt::format("-{}-of-{}", options.shard.number, options.shard.count);
      }
      options.out =
          arguments->common.out.empty() ? std::filesystem::path("out") / name : arguments->common.out;
      options.command_line = command_line();
      if (const std::size_t at = options.command_line.find(" --resume"); at != std::string::npos) {
        options.command_line.erase(at, std::string_view(" --resume").size());
      }
      options.run = run_options(arguments->common, default_pipelines());
      Progress progress(arguments->common.quiet);
      watch_for_interruption();
      // Opened before the run, so that a file that cannot be used does not cost its results.
      std::optional<History> history;
      if (!arguments->history.empty()) {
        history.emplace(arguments->history);
      }
      const Report report = run_suite(options, progress);
      if (history) {
        history->append(report);
      }
      return print_outcome(report, options.out);
    };
  });
}

void add_video(Command& run, Action& action) {
  struct Arguments {
    CommonArguments common;
    VideoOptions video;
    bool no_optical_flow = false;
  };
  const auto arguments = std::make_shared<Arguments>();
  VideoOptions& video = arguments->video;
  Command command =
      run.add_subcommand("video", "Run the pipelines over a video, and write the swapped video");
  command.add_option("FILE", video.video, "Any video that FFmpeg decodes").required();
  command.add_option("--source", video.source, "Portrait whose face is pasted in");
  command.add_option("--detector-model", video.detector_model,
                     "YuNet face detector, ONNX (default: Haar cascades)");
  command.add_option("--track", video.track, "Track file to use instead of detecting (docs/track-files.md)");
  command.add_option("--output", video.output,
                     "The video as the last pipeline leaves it: .mp4, .mov or .mkv");
  command.add_option("--crop-size", video.crop_size, "Side of the aligned crop in pixels")
      .range(16, 4096)
      .capture_default_str();
  command.add_option("--warp-template", video.warp_template, "Template set of the alignment")
      .capture_default_str();
  command.add_flag("--no-optical-flow", arguments->no_optical_flow,
                   "Leave out the figures that need the optical flow of the input (slow)");
  add_common(command, arguments->common);
  command.callback([arguments, &action] {
    action = [arguments] {
      VideoOptions options = arguments->video;
      options.gates = arguments->common.gates;
      options.out = arguments->common.out.empty() ? std::filesystem::path("out") / options.video.stem()
                                                  : arguments->common.out;
      options.command_line = command_line();
      options.run = run_options(
          arguments->common,
          {parse_pipeline(base_pipeline_name),
           parse_pipeline(fmt::format("enhanced/{}", name_of(parse_pipeline("enhanced/auto").backend)))});
      options.run.optical_flow = !arguments->no_optical_flow;
      Progress progress(arguments->common.quiet);
      watch_for_interruption();
      return print_outcome(run_video(options, progress), options.out);
    };
  });
}

}  // namespace

void add_run(Command& app, Action& action) {
  Command run = app.add_subcommand("run", "Run pipelines, measure, report, and judge by the gates");
  run.require_subcommand();
  add_suite(run, action);
  add_video(run, action);
}

}  // namespace ffbench::cli
