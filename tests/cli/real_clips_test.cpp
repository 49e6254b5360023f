// Clips of real people, in the folder that FFBENCH_MEDIA names; they do not come with the
// repository. The long ones run where FFBENCH_NIGHTLY is set.

#include "tests/cli/command_line.hpp"

#if FFBENCH_WITH_FFMPEG

#include <cstdlib>

#include "datasets/video/video_clip.hpp"

namespace ffbench::test {
namespace {

std::filesystem::path named_by(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? std::filesystem::path() : std::filesystem::path(value);
}

/// $FFBENCH_DETECTOR_MODEL, or the model beside the folder of clips; empty where neither is there.
std::filesystem::path detector_model() {
  if (const std::filesystem::path named = named_by("FFBENCH_DETECTOR_MODEL"); !named.empty()) {
    return named;
  }
  const std::filesystem::path beside = named_by("FFBENCH_MEDIA") / ".." / "models" / "yunet_n_640_640.onnx";
  return std::filesystem::exists(beside) ? beside : std::filesystem::path();
}

struct RealClip {
  const char* name;
  int frames;
  bool nightly;
  bool yunet;
};

void PrintTo(const RealClip& clip, std::ostream* out) {
  *out << clip.name << (clip.yunet ? " with YuNet" : " with Haar");
}

class RealClips : public CommandLine, public testing::WithParamInterface<RealClip> {};

TEST_P(RealClips, AreSwappedFrameForFrame) {
  const std::filesystem::path media = named_by("FFBENCH_MEDIA");
  const RealClip& clip = GetParam();
  if (media.empty()) {
    GTEST_SKIP() << "FFBENCH_MEDIA names no folder of real clips";
  }
  if (!std::filesystem::exists(media / clip.name)) {
    GTEST_SKIP() << (media / clip.name) << " is not there";
  }
  if (clip.nightly && named_by("FFBENCH_NIGHTLY").empty()) {
    GTEST_SKIP() << "takes minutes; set FFBENCH_NIGHTLY=1 to run it";
  }
  std::vector<std::string> arguments{
      "run",      "video",       media / clip.name, "--source", media / "source.jpg",
      "--output", "swapped.mp4", "--repetitions",   "1",        "--no-optical-flow",
      "--out",    "out",         "--quiet"};
  if (clip.yunet) {
    if (detector_model().empty()) {
      GTEST_SKIP() << "FFBENCH_DETECTOR_MODEL names no YuNet model";
    }
    arguments.insert(arguments.end(), {"--detector-model", detector_model()});
  }
  const Finished run =
      ffbench_with(arguments, {.folder = path("."), .environment = {}, .limit = std::chrono::seconds(550)});
  EXPECT_EQ(run.err, "");
  EXPECT_NE(run.exit_code, 2) << run.out;
  EXPECT_NE(run.exit_code, 4) << run.out;
  EXPECT_EQ(VideoClip(path("swapped.mp4")).frame_count(), clip.frames);
  const Report result = report();
  EXPECT_EQ(result.environment.detector, clip.yunet ? "yunet" : "haar");
  ASSERT_EQ(result.results.size(), 2U);
  for (const Result& r : result.results) {
    EXPECT_EQ(r.frames, clip.frames) << r.pipeline;
    EXPECT_GE(r.face_frames, clip.frames * 9 / 10) << r.pipeline;
  }
  RecordProperty("exit_code", run.exit_code);
  RecordProperty("failed_gates", gates_with(result, {GateVerdict::fail}));
}

std::string name_of_clip(const testing::TestParamInfo<RealClip>& instance) {
  std::string name = std::string(instance.param.name) + (instance.param.yunet ? "_yunet" : "_haar");
  std::erase(name, '-');
  std::erase(name, '.');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Media, RealClips,
    testing::Values(RealClip{"talk-512.mp4", 78, false, true}, RealClip{"talk-512.mp4", 78, false, false},
                    RealClip{"head-720p.mp4", 282, true, true}, RealClip{"head-720p.mp4", 282, true, false},
                    RealClip{"body-1080.mp4", 103, true, true}, RealClip{"body-1080.mp4", 103, true, false}),
    name_of_clip);

}  // namespace
}  // namespace ffbench::test

#endif
