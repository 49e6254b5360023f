// External commands as pipelines.

#include "tests/cli/command_line.hpp"

#if FFBENCH_WITH_FFMPEG

#include <algorithm>
#include <cmath>

#include <fmt/core.h>

#include "core/hash.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/video/video_clip.hpp"

namespace ffbench::test {
namespace {

class CommandPipelines : public CommandLine {
 protected:
  /// A scenario as a video with its track; its name.
  [[nodiscard]] std::string put_clip(const std::string& scenario) const {
    put("clip.json",
        fmt::format(R"({{"schema": "ffbench.suite/1", "name": "one", "description": "One", "fixtures": [
      {{"name": "{0}", "scenario": "{0}", "width": 320, "height": 180, "frames": 40, "crop_size": 128}}]}})",
                    scenario));
    EXPECT_EQ(ffbench({"fixtures", "export", "clip.json", "--out", "clips", "--quiet"}).exit_code, 0);
    return fmt::format("clips/{}.mp4", scenario);
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

/// tPSNR at stride 2 of a clip each of whose frames is the mean of itself and the two before it, as
/// `tmix` makes it.
double tpsnr_of_average(const std::filesystem::path& file) {
  VideoClip clip(file);
  std::vector<BgrImage> averaged;
  std::vector<BgrImage> frames;
  for (int t = 0; t < clip.frame_count(); ++t) {
    clip.read(t, frames.emplace_back(clip.width(), clip.height()).view());
    const BgrImage& now = frames.back();
    const BgrImage& last = frames[static_cast<std::size_t>(std::max(0, t - 1))];
    const BgrImage& before = frames[static_cast<std::size_t>(std::max(0, t - 2))];
    BgrImage& mean = averaged.emplace_back(clip.width(), clip.height());
    for (std::size_t i = 0; i < mean.size_bytes(); ++i) {
      mean.data()[i] = static_cast<std::uint8_t>((now.data()[i] + last.data()[i] + before.data()[i] + 1) / 3);
    }
  }
  double sum = 0;
  for (std::size_t t = 2; t < averaged.size(); ++t) {
    std::int64_t squares = 0;
    for (std::size_t i = 0; i < averaged[t].size_bytes(); ++i) {
      const int difference = averaged[t].data()[i] - averaged[t - 2].data()[i];
      squares += difference * difference;
    }
    sum += 10 * std::log10(255.0 * 255.0 * static_cast<double>(averaged[t].size_bytes()) /
                           static_cast<double>(squares));
  }
  return sum / static_cast<double>(averaged.size() - 2);
}

TEST_F(CommandPipelines, AveragingFramesRaisesTpsnrAndIsRejectedByTheMotionEnergyGate) {
  // A face that turns: what an average takes is a third of its motion, far from what any encoder
  // takes.
  const std::string video = put_clip("turn");
  const Finished run =
      ffbench(run_video(video, {"ffmpeg -i {input} {output}", "ffmpeg -i {input} -vf tmix=frames=3 {output}",
                                "ffmpeg -i {input} -c:v mpeg4 -q:v 2 {output}",
                                "ffmpeg -i {input} -vf tmix=frames=3 -c:v mpeg4 -q:v 2 {output}"}));
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(run.exit_code, 1) << run.out;
  const Report result = report();
  ASSERT_EQ(result.results.size(), 4U);
  const double expected = tpsnr_of_average(path(video));
  for (std::size_t i = 0; i < result.results.size(); i += 2) {
    const QualityFigures& plain = *result.results[i].quality;
    const QualityFigures& calm = *result.results[i + 1].quality;
    fmt::print(
        "{}: tPSNR {:.2f} dB copied, {:.2f} dB averaged, {:.2f} dB expected; motion energy error {:.3f} and "
        "{:.3f}\n",
        result.results[i].pipeline, plain.tpsnr_stride2.mean, calm.tpsnr_stride2.mean, expected,
        *plain.motion_energy_error, *calm.motion_energy_error);
    EXPECT_NEAR(calm.tpsnr_stride2.mean, expected, 0.3);
    EXPECT_GE(calm.tpsnr_stride2.mean, plain.tpsnr_stride2.mean + 2);
    EXPECT_LE(*plain.motion_energy_error, 0.05);
    EXPECT_GE(*calm.motion_energy_error, 0.3);
  }
  int judged = 0;
  for (const GateResult& gate : result.gates) {
    if (gate.name == "motion energy") {
      const bool averaged = gate.pipeline.find("tmix") != std::string::npos;
      EXPECT_EQ(gate.verdict, averaged ? GateVerdict::fail : GateVerdict::pass)
          << gate.pipeline << ": " << gate.reason;
      ++judged;
    }
  }
  EXPECT_EQ(judged, 4);
  EXPECT_THAT(gates_with(result, {GateVerdict::fail}), testing::HasSubstr("motion energy"));
}

TEST_F(CommandPipelines, AreTimedAndMeasuredAsAWhole) {
  const Finished run = ffbench(run_video(put_clip("talk"), {copy}));
  EXPECT_EQ(run.err, "");
  const Report result = report();
  ASSERT_EQ(result.results.size(), 1U);
  const Result& plain = result.results[0];
  EXPECT_EQ(plain.timing->what, "whole command");
  EXPECT_THAT(run.out, testing::HasSubstr("times are of the whole command"));
  EXPECT_EQ(plain.timing->repetitions.size(), 2U);
  EXPECT_FALSE(plain.timing->speedup_vs_base);
  // A command's frames are not timed one by one.
  EXPECT_THAT(read_file(path("out/report.json")), testing::Not(testing::HasSubstr("frame_ms")));
  EXPECT_GT(plain.timing->peak_memory_bytes.value_or(0), 1'000'000);
  EXPECT_EQ(plain.frames, 40);
  EXPECT_FALSE(std::filesystem::exists(path("out/scratch")));
}

TEST_F(CommandPipelines, ThatFailAreFailedResultsWhoseReasonNamesTheLog) {
  const std::string video = put_clip("talk");
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

TEST_F(CommandPipelines, AMarkInsideAPathStaysAsItIs) {
  const std::string video = put_clip("talk");
  const std::filesystem::path folder = path("a {output} it's {source} b");
  std::filesystem::create_directories(folder);
  std::filesystem::copy_file(path(video), folder / "clip.mp4");
  std::filesystem::copy_file(path("clips/talk.track.json"), folder / "clip.track.json");
  std::vector<std::string> arguments = run_video((folder / "clip.mp4").string(), {copy});
  const Finished run = ffbench(arguments);
  const Report result = report();
  ASSERT_EQ(result.results.size(), 1U) << run.err;
  EXPECT_EQ(result.results[0].status, ResultStatus::ok) << result.results[0].reason;
}

TEST_F(CommandPipelines, NoNameOfAFixtureLeadsOutOfTheRunsFolder) {
  // The folder that a name such as this one led to was removed with all that it held.
  const std::string command = std::string("command:") + copy;
  const std::string digest = digest_of(copy, std::string_view(copy).size()).hex().substr(0, 8);
  std::filesystem::create_directories(path("victim-" + digest));
  put("victim-" + digest + "/kept.txt", "kept");
  put("hostile.json",
      fmt::format(R"({{"schema": "ffbench.suite/1", "name": "hostile", "description": "d", "fixtures": [
      {{"name": "../../victim", "scenario": "talk", "width": 320, "height": 180, "frames": 6, "crop_size": 128}},
      {{"name": "{}", "scenario": "talk", "width": 320, "height": 180, "frames": 6, "crop_size": 128}}]}})",
                  path("absolute").string()));
  const Finished run = ffbench({"run", "suite", "hostile.json", "--out", "out", "--quiet", "--repetitions",
                                "1", "--pipeline", command});
  const Report result = report();
  ASSERT_EQ(result.results.size(), 2U) << run.err;
  for (const Result& one : result.results) {
    EXPECT_EQ(one.status, ResultStatus::ok) << one.reason;
  }
  EXPECT_EQ(read_file(path("victim-" + digest + "/kept.txt")), "kept");
  EXPECT_EQ(ffbench({"fixtures", "export", "hostile.json", "--out", "clips", "--quiet"}).exit_code, 0);
  std::vector<std::string> beside;
  for (const auto& entry : std::filesystem::directory_iterator(path(""))) {
    beside.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(beside, testing::UnorderedElementsAre("clips", "hostile.json", "out", "victim-" + digest));
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
