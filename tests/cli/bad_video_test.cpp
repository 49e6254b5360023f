// Videos and track files that are broken or odd.

#include "tests/cli/command_line.hpp"

#if FFBENCH_WITH_FFMPEG

#include <cmath>
#include <fstream>
#include <functional>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/system/atomic_file.hpp"
#include "datasets/image_file.hpp"
#include "datasets/video/video_clip.hpp"
#include "datasets/video/video_writer.hpp"

namespace ffbench::test {
namespace {

using nlohmann::json;

constexpr int frames = 50;
constexpr int width = 128;
constexpr int height = 96;

BgrImage picture(int frame) {
  BgrImage image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* p = image.view().pixel(x, y);
      p[0] = static_cast<std::uint8_t>(x + 2 * frame);
      p[1] = static_cast<std::uint8_t>(2 * y + frame);
      p[2] = static_cast<std::uint8_t>((x ^ y) + 3 * frame);
    }
  }
  return image;
}

class Videos : public CommandLine {
 protected:
  /// A sound video of `frames` frames, without a face.
  std::string put_video() const {
    VideoWriterOptions options;
    options.width = width;
    options.height = height;
    VideoWriter writer(path("clip.mp4"), options);
    for (int i = 0; i < frames; ++i) {
      writer.write(picture(i).view());
    }
    writer.finish();
    return "clip.mp4";
  }

  static std::vector<std::string> run_video(const std::string& video) {
    return {"run", "video",         video, "--swap",  "identity",         "--out",
            "out", "--repetitions", "1",   "--quiet", "--no-optical-flow"};
  }

  /// Makes a file with the program ffmpeg.
  void make(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all{"-v", "error", "-nostdin", "-y"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Finished run = run_program("ffmpeg", all, {.folder = path("."), .environment = {}});
    ASSERT_EQ(run.exit_code, 0) << fmt::format("ffmpeg {}: ", fmt::join(all, " ")) << run.err;
  }
};

TEST_F(Videos, OnesThatHoldNoVideoAreRefused) {
  put_earlier_report();
  put("empty.mp4", "");
  put("text.mp4", "two lines\nof text\n");
  write_png(path("png.mp4"), picture(0).view());
  std::filesystem::create_directories(path("folder"));
  expect_refusal(run_video("empty.mp4"), {"empty.mp4", "is empty", "copy"});
  expect_refusal(run_video("text.mp4"), {"text.mp4", "is not a video"});
  expect_refusal(run_video("png.mp4"), {"png.mp4", "still image", "name a video"});
  expect_refusal(run_video("missing.mp4"), {"missing.mp4", "no such file", "check the name"});
  expect_refusal(run_video("folder"), {"folder", "is a folder", "name a video"});
  expect_earlier_report();
}

TEST_F(Videos, OnesWithoutFramesAreRefused) {
  if (!has_program("ffmpeg")) {
    GTEST_SKIP() << "the program ffmpeg is not installed";
  }
  put_earlier_report();
  make({"-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", "sound.mp4"});
  make(
      {"-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-frames:v", "0", "-c:v", "libx264", "zero.mp4"});
  make({"-f", "lavfi", "-i", "testsrc=size=320x240:rate=25", "-frames:v", "1", "picture.jpg"});
  std::filesystem::rename(path("picture.jpg"), path("jpeg.mp4"));
  expect_refusal(run_video("sound.mp4"), {"sound.mp4", "sound but no video", "name a file"});
  expect_refusal(run_video("zero.mp4"), {"zero.mp4", "no video", "name a file"});
  expect_refusal(run_video("jpeg.mp4"), {"jpeg.mp4", "still image (mjpeg)", "name a video"});
  expect_earlier_report();
}

TEST_F(Videos, OnesOfOddSizesRunWhole) {
  if (!has_program("ffmpeg")) {
    GTEST_SKIP() << "the program ffmpeg is not installed";
  }
  make({"-f", "lavfi", "-i", "testsrc=size=16x16:rate=25:duration=0.4", "-vf", "scale=1:1", "-c:v", "ffv1",
        "dot.mkv"});
  make({"-f", "lavfi", "-i", "testsrc=size=321x241:rate=25:duration=0.4", "-c:v", "libx264", "-pix_fmt",
        "yuv444p", "odd.mp4"});
  for (const auto& [video, w, h] : {std::tuple{"dot.mkv", 1, 1}, std::tuple{"odd.mp4", 321, 241}}) {
    SCOPED_TRACE(video);
    std::vector<std::string> arguments = run_video(video);
    const std::string output = std::string("swapped-") + video;
    arguments.insert(arguments.end(), {"--output", output});
    const Finished run = ffbench(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_EQ(run.err, "");
    const Report result = report();
    ASSERT_FALSE(result.results.empty());
    for (const Result& r : result.results) {
      EXPECT_EQ(std::tuple(r.width, r.height, r.frames, r.face_frames), std::tuple(w, h, 10, 0))
          << r.pipeline;
    }
    EXPECT_EQ(VideoClip(path(output)).frame_count(), 10);
  }
}

TEST_F(Videos, ATruncatedOneKeepsWhatDecodesAndSaysHowManyFramesAreMissing) {
  put_video();
  const std::string bytes = read_file(path("clip.mp4"));
  put("cut.mp4", bytes.substr(0, bytes.size() * 6 / 10));
  const int decoded = VideoClip(path("cut.mp4")).frame_count();
  ASSERT_GT(decoded, 0);
  ASSERT_LT(decoded, frames);
  const Finished run = ffbench(run_video("cut.mp4"));
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  const Report result = report();
  EXPECT_EQ(result.results.at(0).frames, decoded);
  EXPECT_THAT(result.warnings, testing::Contains(testing::AllOf(
                                   testing::HasSubstr("cut.mp4"),
                                   testing::HasSubstr(fmt::format("{} frames missing", frames - decoded)))));
  EXPECT_THAT(run.out, testing::HasSubstr(fmt::format("{} frames missing", frames - decoded)));
}

TEST_F(Videos, AnOutputThatCannotBeWrittenIsRefused) {
  put_video();
  put_earlier_report();
  const auto expect_output_refused = [&](const std::string& output, const std::vector<std::string>& parts) {
    std::vector<std::string> arguments = run_video("clip.mp4");
    arguments.insert(arguments.end(), {"--output", output});
    expect_refusal(arguments, parts);
  };
  expect_output_refused("clip.avi", {"clip.avi", ".mp4", ".mkv"});
  expect_output_refused("clip.mp4/x.mp4", {"clip.mp4/x.mp4", "check the folder"});
  expect_output_refused("nowhere/x.mp4", {"nowhere/x.mp4"});
  expect_earlier_report();
}

TEST_F(Videos, APortraitOrADetectorThatDoesNotServeIsRefused) {
  put_video();
  put_earlier_report();
  put("empty.jpg", "");
  write_png(path("faceless.png"), picture(0).view());
  const std::vector<std::string> run{"run", "video", "clip.mp4", "--out", "out", "--quiet"};
  const auto with = [&run](const std::vector<std::string>& more) {
    std::vector<std::string> all = run;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  expect_refusal(with({"--source", "missing.jpg"}), {"missing.jpg", "check the name"});
  expect_refusal(with({"--source", "empty.jpg"}), {"empty.jpg", "is empty"});
  expect_refusal(with({"--source", "clip.mp4"}), {"clip.mp4"});
  expect_refusal(with({"--source", "faceless.png"}), {"faceless.png", "no face", "use a portrait"});
  expect_refusal(with({"--swap", "identity", "--detector-model", "missing.onnx"}),
                 {"missing.onnx", "check the name"});
  expect_refusal(with({"--swap", "identity", "--detector-model", "faceless.png"}), {"faceless.png", "ONNX"});
  expect_earlier_report();
}

class Tracks : public Videos {
 protected:
  /// The track of a face that stands still, changed by `change`, as a file; its name.
  std::string put_track(const std::function<void(json&)>& change) const {
    json frame_list = json::array();
    for (int i = 0; i < frames; ++i) {
      frame_list.push_back(
          {{"faces",
            {{{"id", 0},
              {"box", {40, 20, 90, 80}},
              {"landmarks5", {{52.0, 40.0}, {76.0, 40.5}, {64.0, 52.0}, {54.0, 64.0}, {74.5, 64.0}}}}}}});
    }
    json track{{"schema", "ffbench.track/1"},
               {"video", {{"name", "clip.mp4"}}},
               {"width", width},
               {"height", height},
               {"frame_count", frames},
               {"detector", "by hand"},
               {"observed", frame_list}};
    change(track);
    std::string text = track.dump();
    // JSON has no NaN; programs that write it all the same write this.
    for (std::size_t at = text.find("\"NaN\""); at != std::string::npos; at = text.find("\"NaN\"")) {
      text.replace(at, 5, "NaN");
    }
    return put("by-hand.json", text);
  }

  static std::vector<std::string> run_with(const std::string& track) {
    std::vector<std::string> arguments = run_video("clip.mp4");
    arguments.insert(arguments.end(), {"--track", track, "--crop-size", "64"});
    return arguments;
  }
};

TEST_F(Tracks, ASoundOneIsUsed) {
  put_video();
  const Finished run = ffbench(run_with(put_track([](json&) {})));
  EXPECT_EQ(run.err, "");
  EXPECT_EQ(report().results.at(0).face_frames, frames);
  EXPECT_EQ(report().environment.detector, "") << "a detector was made though nothing was to be detected";
}

TEST_F(Tracks, FacesWithNumbersThatAreNotFiniteAreLostInTheirFrames) {
  put_video();
  const std::string track = put_track([](json& t) {
    t["observed"][5]["faces"][0]["landmarks5"][1][0] = "NaN";
    t["observed"][6]["faces"][0]["box"][2] = nullptr;
    t["observed"][7]["faces"][0]["landmarks5"][0][1] = 1e300;
  });
  ASSERT_THAT(read_file(path(track)), testing::HasSubstr("[NaN,"));
  const Finished run = ffbench(run_with(track));
  EXPECT_NE(run.exit_code, 2) << run.err;
  EXPECT_EQ(run.err, "");
  const Report result = report();
  EXPECT_EQ(result.results.at(0).face_frames, frames - 3);
  EXPECT_THAT(result.warnings, testing::Contains(testing::AllOf(testing::HasSubstr("3 faces"),
                                                                testing::HasSubstr("first: frame 5"))));
}

TEST_F(Tracks, BrokenOnesAreRefusedWithTheirPlace) {
  put_video();
  put_earlier_report();
  const auto expect_track_refused = [&](const std::function<void(json&)>& change,
                                        const std::vector<std::string>& parts) {
    expect_refusal(run_with(put_track(change)), parts);
  };
  expect_track_refused([](json& t) { t["observed"].erase(3); },
                       {"by-hand.json", "49 frames", "frame_count says 50", "add the missing"});
  expect_track_refused(
      [](json& t) {
        t["observed"].erase(3);
        t["frame_count"] = 49;
      },
      {"by-hand.json", "49 frames", "the video has 50"});
  expect_track_refused([](json& t) { t["schema"] = "ffbench.track/9"; },
                       {"by-hand.json", "ffbench.track/9", "ffbench.track/1", "docs/track-files.md"});
  expect_track_refused([](json& t) { t.erase("schema"); }, {"by-hand.json", "schema: is missing"});
  expect_track_refused([](json& t) { t["width"] = 99; }, {"by-hand.json", "99x96", "128x96"});
  expect_track_refused([](json& t) { t["observed"][12]["faces"][0]["box"] = "none"; },
                       {"by-hand.json", "observed[12].faces[0].box"});
  expect_refusal(run_with(put("broken.json", "{\"schema\":\n\"ffbench.track/1\",")),
                 {"broken.json", "line 2"});
  expect_refusal(run_with("missing.json"), {"missing.json", "check the name"});
  expect_earlier_report();
}

}  // namespace
}  // namespace ffbench::test

#else

namespace ffbench::test {
namespace {

using Videos = CommandLine;

TEST_F(Videos, AreRefusedByABuildWithoutFfmpeg) {
  put_earlier_report();
  expect_refusal({"run", "video", "clip.mp4", "--swap", "identity", "--out", "out"},
                 {"clip.mp4", "-DFFBENCH_WITH_FFMPEG=ON"});
  expect_refusal({"fixtures", "export", "smoke", "--fixture", "empty*", "--quiet", "--out", "out"},
                 {"empty", "-DFFBENCH_WITH_FFMPEG=ON"});
  expect_earlier_report();
}

}  // namespace
}  // namespace ffbench::test

#endif
