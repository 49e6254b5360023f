// External commands as pipelines.

#include "tests/cli/command_line.hpp"

#if FFBENCH_WITH_FFMPEG

#include <fmt/format.h>

#include "core/atomic_file.hpp"

namespace ffbench::test {
namespace {

class CommandPipelines : public CommandLine {
 protected:
  /// A talking face as a video with its track; its name.
  std::string put_talk() const {
    put("talk.json", R"({"schema": "ffbench.suite/1", "name": "one", "description": "One", "fixtures": [
      {"name": "talk", "scenario": "talk", "width": 320, "height": 180, "frames": 40, "crop_size": 128}]})");
    EXPECT_EQ(ffbench({"fixtures", "export", "talk.json", "--out", "clips", "--quiet"}).exit_code, 0);
    return "clips/talk.mp4";
  }

  static std::vector<std::string> run_video(const std::string& video,
                                            const std::vector<std::string>& commands) {
    std::vector<std::string> arguments{
        "run",   "video", video,     "--swap",        "identity", "--crop-size",      "128",
        "--out", "out",   "--quiet", "--repetitions", "2",        "--no-optical-flow"};
    for (const std::string& command : commands) {
      arguments.insert(arguments.end(), {"--pipeline", "command:" + command});
    }
    return arguments;
  }
};

constexpr const char* copy = "ffmpeg -v error -y -i {input} -crf 10 {output}";
constexpr const char* averaged = "ffmpeg -v error -y -i {input} -vf tmix=frames=3 -crf 10 {output}";

TEST_F(CommandPipelines, AveragingFramesRaisesTpsnrAndIsRejectedByTheMotionEnergyGate) {
  const std::string video = put_talk();
  const Finished run = ffbench(run_video(video, {copy, averaged}));
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.exit_code, 1) << run.out;
  const Report result = report();
  ASSERT_EQ(result.results.size(), 2U);
  const Result& plain = result.results[0];
  const Result& calm = result.results[1];
  fmt::print("tPSNR {:.2f} dB copied, {:.2f} dB averaged; motion energy error {:.3f} and {:.3f}\n",
             plain.quality->tpsnr_stride2.mean, calm.quality->tpsnr_stride2.mean,
             *plain.quality->motion_energy_error, *calm.quality->motion_energy_error);
  EXPECT_GE(calm.quality->tpsnr_stride2.mean, plain.quality->tpsnr_stride2.mean + 1);
  for (const GateResult& gate : result.gates) {
    if (gate.name == "motion energy") {
      EXPECT_EQ(gate.verdict, gate.pipeline == plain.pipeline ? GateVerdict::pass : GateVerdict::fail)
          << gate.pipeline << ": " << gate.reason;
    }
  }
  EXPECT_THAT(gates_with(result, {GateVerdict::fail}), testing::HasSubstr("motion energy"));
  EXPECT_EQ(plain.timing->what, "whole command");
  EXPECT_THAT(run.out, testing::HasSubstr("times are of the whole command"));
  EXPECT_EQ(plain.timing->repetitions.size(), 2U);
  EXPECT_FALSE(plain.timing->speedup_vs_base);
  EXPECT_EQ(plain.frames, 40);
  EXPECT_FALSE(std::filesystem::exists(path("out/scratch")));
}

TEST_F(CommandPipelines, ThatFailAreFailedResultsWhoseReasonNamesTheLog) {
  const std::string video = put_talk();
  const auto reason = [&](const std::string& command, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = run_video(video, {command});
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished run = ffbench(arguments);
    EXPECT_EQ(run.exit_code, 2) << run.out << run.err;
    const Report result = report();
    EXPECT_EQ(result.results.at(0).status, ResultStatus::failed);
    return result.results.at(0).reason;
  };
  EXPECT_THAT(
      reason("echo no such model >&2; exit 7 # {input} {output}"),
      testing::AllOf(testing::HasSubstr("exit code 7: no such model"), testing::HasSubstr("out/logs/")));
  EXPECT_THAT(reason("true {input} {output}"), testing::HasSubstr("wrote nothing"));
  EXPECT_THAT(reason("cp /etc/passwd {output} # {input}"), testing::HasSubstr("cannot be measured"));
  EXPECT_THAT(reason("ffmpeg -v error -i {input} -frames:v 7 {output}"),
              testing::HasSubstr("wrote 7 frames of 320x180, wanted 40"));
  EXPECT_THAT(reason("sleep 60 # {input} {output}", {"--command-timeout", "0.3"}),
              testing::HasSubstr("longer than 0.3 s (--command-timeout)"));
  bool logged = false;
  for (const auto& entry : std::filesystem::directory_iterator(path("out/logs"))) {
    logged = logged || read_file(entry.path()).find("no such model") != std::string::npos;
  }
  EXPECT_TRUE(logged);
}

TEST_F(CommandPipelines, RunOverFixturesBesideTheBase) {
  const Finished run = ffbench({"run", "suite", tiny_suite(), "--out", "out", "--quiet", "--repetitions", "1",
                                "--pipeline", std::string("command:") + copy, "--pipeline", "base-3.5.0"});
  EXPECT_EQ(run.err, "");
  const Report result = report();
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[0].status, ResultStatus::ok) << result.results[0].reason;
  EXPECT_TRUE(result.results[0].quality->delta);
  EXPECT_EQ(result.results[1].pipeline, base_pipeline_name);
}

TEST_F(CommandPipelines, WithoutTheirPlaceholdersAreRefused) {
  expect_refusal({"run", "suite", "smoke", "--pipeline", "command:true {output}"},
                 {"{input}", "command:true"});
  expect_refusal({"run", "suite", "smoke", "--pipeline", "command:true {input}"}, {"{output}"});
  expect_refusal({"run", "suite", "smoke", "--command-timeout", "-1"}, {"--command-timeout"});
}

}  // namespace
}  // namespace ffbench::test

#endif
