#include "datasets/track_file.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "core/clip.hpp"
#include "core/limits.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/video_track.hpp"
#include "tests/datasets/video_test_support.hpp"

namespace ffbench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing_support::error_of;
using testing_support::put_file;
using testing_support::TemporaryFolder;

TrackedFace some_face(int id, double x) {
  TrackedFace face;
  face.id = id;
  face.box = {x, 10.25, x + 40.1, 60};
  face.score = 0.9375;
  face.landmarks5 = {{{x + 12, 26}, {x + 28, 26.5}, {x + 20, 35 + 1. / 3}, {x + 13, 42}, {x + 27, 42}}};
  return face;
}

TrackFile some_file() {
  TrackFile file;
  file.video = "a \"name\" with ünusual characters.mp4";
  file.video_bytes = 123456;
  file.video_digest = "00112233445566778899aabbccddeeff";
  file.detector_settings = "yunet version 1";
  file.observed.width = 640;
  file.observed.height = 360;
  file.observed.detector = "yunet";
  file.observed.frames.resize(3);
  file.observed.frames[0].faces = {some_face(0, 100), some_face(2, 300)};
  file.observed.frames[2].cut = true;
  file.observed.frames[2].faces = {some_face(3, 0.1)};
  file.observed.frames[2].faces[0].landmarks68.emplace();
  for (std::size_t i = 0; i < 68; ++i) {
    (*file.observed.frames[2].faces[0].landmarks68)[i] = {static_cast<double>(i) / 3,
                                                          1e-7 * static_cast<double>(i)};
  }
  return file;
}

void expect_same(const TrackFile& a, const TrackFile& b) {
  EXPECT_EQ(a.video, b.video);
  EXPECT_EQ(a.video_bytes, b.video_bytes);
  EXPECT_EQ(a.video_digest, b.video_digest);
  EXPECT_EQ(a.detector_settings, b.detector_settings);
  EXPECT_EQ(a.observed, b.observed);
  EXPECT_EQ(a.truth, b.truth);
}

/// The text of `some_file` with the first `from` replaced.
std::string changed(const std::string& from, const std::string& to) {
  std::string text = format_track_file(some_file());
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(TrackFile, ReadingGivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  TrackFile file = some_file();
  write_track_file(folder / "a.track.json", file);
  const TrackFileRead read = read_track_file(folder / "a.track.json");
  expect_same(read.file, file);
  EXPECT_THAT(read.warnings, IsEmpty());
  file.truth = file.observed;
  file.truth->detector = "truth";
  expect_same(parse_track_file(format_track_file(file), "x").file, file);
}

TEST(TrackFile, EveryFiniteNumberComesBackToTheLastBit) {
  EXPECT_TRUE(rc::check([](double a, double b) {
    RC_PRE(std::isfinite(a) && std::isfinite(b));
    TrackFile file = some_file();
    const double x = std::fmod(a, 6400);
    const double y = std::fmod(b, 3600);
    file.observed.frames[0].faces[0].landmarks5[2] = {x, y};
    const auto read = parse_track_file(format_track_file(file), "x");
    RC_ASSERT(read.file.observed == file.observed);
  }));
}

TEST(TrackFile, OneFrameIsOneLine) {
  const std::string text = format_track_file(some_file());
  EXPECT_THAT(text, HasSubstr("\n    {\"faces\":[]},\n    {\"cut\":true,\"faces\":[{\"id\":3,"));
}

TEST(TrackFile, AFaceWithNumbersThatAreNotFiniteOrAbsurdIsLostInThatFrame) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  const auto lost_with = [](auto&& spoil) {
    TrackFile file = some_file();
    spoil(file.observed.frames[0].faces[0]);
    const TrackFileRead read = parse_track_file(format_track_file(file), "x.json");
    ASSERT_EQ(read.file.observed.frames.size(), 3U);
    ASSERT_EQ(read.file.observed.frames[0].faces.size(), 1U);
    EXPECT_EQ(read.file.observed.frames[0].faces[0].id, 2);
    EXPECT_EQ(read.file.observed.frames[2].faces.size(), 1U);
    ASSERT_EQ(read.warnings.size(), 1U);
    EXPECT_THAT(read.warnings[0], HasSubstr("x.json"));
    EXPECT_THAT(read.warnings[0], HasSubstr("1 face"));
    EXPECT_THAT(read.warnings[0], HasSubstr("frame 0"));
  };
  lost_with([&](TrackedFace& f) { f.landmarks5[3].y = nan; });
  lost_with([&](TrackedFace& f) { f.landmarks5[0].x = -infinite; });
  lost_with([&](TrackedFace& f) { f.landmarks5[0].x = 6401; });
  lost_with([&](TrackedFace& f) { f.landmarks5[0].y = -3601; });
  lost_with([&](TrackedFace& f) { f.landmarks5.fill({5, 5}); });
  lost_with([&](TrackedFace& f) { f.box.x1 = nan; });
  lost_with([&](TrackedFace& f) { f.box.x1 = f.box.x0; });
  lost_with([&](TrackedFace& f) { f.score = nan; });
  lost_with([&](TrackedFace& f) { f.landmarks68.emplace().fill({nan, 0}); });
  TrackFile far = some_file();
  far.observed.frames[0].faces[0].landmarks5[0] = {-6399, 3599};
  EXPECT_EQ(parse_track_file(format_track_file(far), "x").file.observed, far.observed);
}

TEST(TrackFile, NanAndInfinityAsOtherWritersSpellThemCountAsNull) {
  for (const char* word : {"NaN", "-NaN", "Infinity", "-Infinity", "null", "nan"}) {
    const TrackFileRead read =
        parse_track_file(changed("[112.0,26.0]", std::string("[") + word + ",26.0]"), "x");
    EXPECT_EQ(read.file.observed.frames[0].faces.size(), 1U) << word;
  }
  // Inside strings they are text.
  EXPECT_EQ(parse_track_file(changed("with", "NaN \\\" NaN"), "x").file.video,
            "a \"name\" NaN \" NaN ünusual characters.mp4");
}

TEST(TrackFile, WhatDoesNotFollowTheSchemaIsAnErrorThatNamesFileAndPlace) {
  const auto refused = [](const std::string& text, const char* part) {
    const std::string message = error_of([&] { parse_track_file(text, "dir/x.track.json"); });
    EXPECT_THAT(message, HasSubstr("dir/x.track.json"));
    EXPECT_THAT(message, HasSubstr(part));
    EXPECT_THAT(message, testing::Not(HasSubstr("\n")));
  };
  refused("", "line 1");
  refused(changed("\"height\": 360,", "\"height\": 360"), "line 6");
  refused(changed("360", "1e999"), "number overflow");
  refused("[]", "expected an object");
  refused("{}", "schema: is missing");
  refused(changed("ffbench.track/1", "ffbench.track/2"), "ffbench.track/2");
  refused(changed("\"width\": 640", "\"width\": 0"), ": width: ");
  refused(changed("\"width\": 640", "\"width\": 640.5"), ": width: ");
  refused(changed("\"width\": 640,", ""), ": width: is missing");
  refused(changed("\"frame_count\": 3", "\"frame_count\": 5"), "holds 3 frames, but frame_count says 5");
  refused(changed("\"frame_count\": 3", "\"frame_count\": -1"), ": frame_count: ");
  refused(changed("\"detector\": \"yunet\"", "\"detector\": 7"), ": detector: ");
  refused(changed("\"faces\":[]", "\"faces\":7"), ": observed[1].faces: ");
  refused(changed("{\"faces\":[]}", "null"), ": observed[1]: ");
  refused(changed("\"cut\":true", "\"cut\":1"), ": observed[2].cut: ");
  refused(changed("\"id\":2", "\"id\":0"), ": observed[0].faces[1]: ");
  refused(changed("\"id\":2", "\"id\":-2"), ": observed[0].faces[1].id: ");
  refused(changed("[112.0,26.0],", ""), ": observed[0].faces[0].landmarks5: ");
  refused(changed("[112.0,26.0]", "[112.0]"), ": observed[0].faces[0].landmarks5[0]: ");
  refused(changed("[112.0,26.0]", "[\"112\",26.0]"), ": observed[0].faces[0].landmarks5[0][0]: ");
  refused(changed("\"box\":[100.0,", "\"box\":["), ": observed[0].faces[0].box: ");
}

TEST(TrackFile, AFrameWithMoreFacesThanAreReadIsRefused) {
  TrackFile file = some_file();
  const TrackedFace face = file.observed.frames[0].faces[0];
  std::vector<TrackedFace>& faces = file.observed.frames[1].faces;
  for (std::size_t i = 0; i < most_faces_in_frame; ++i) {
    faces.push_back(face);
    faces.back().id = static_cast<int>(i);
  }
  EXPECT_EQ(parse_track_file(format_track_file(file), "x").file.observed.frames[1].faces.size(),
            most_faces_in_frame);
  faces.push_back(face);
  faces.back().id = 1000;
  EXPECT_THAT(error_of([&] { parse_track_file(format_track_file(file), "x"); }),
              HasSubstr("observed[1].faces: holds 257 faces, more than the 256"));
}

TEST(TrackFile, MustHaveTheSizeAndTheFramesOfItsClip) {
  std::vector<std::string> warnings;
  TrackFile file = some_file();
  fit_to_clip(file, "x", 640, 360, 3, false, warnings);
  EXPECT_THAT(warnings, IsEmpty());
  EXPECT_THAT(error_of([&] { fit_to_clip(file, "x", 360, 640, 3, false, warnings); }), HasSubstr("640x360"));
  for (const bool truncated : {false, true}) {
    EXPECT_THAT(error_of([&] { fit_to_clip(file, "x", 640, 360, 4, truncated, warnings); }),
                HasSubstr("holds 3 frames, but the video has 4"));
  }
  EXPECT_THAT(error_of([&] { fit_to_clip(file, "x", 640, 360, 2, false, warnings); }),
              HasSubstr("the video has 2"));
  fit_to_clip(file, "x", 640, 360, 2, true, warnings);
  EXPECT_EQ(file.observed.frames.size(), 2U);
  ASSERT_EQ(warnings.size(), 1U);
}

TEST(TrackFile, ThatIsMissingOrAFolderIsNamed) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of([&] { read_track_file(folder / "no.json"); }), HasSubstr("no.json"));
  EXPECT_THAT(error_of([&] { read_track_file(folder.path()); }), HasSubstr("is a folder"));
}

/// Three frames of 64x48.
class TinyClip final : public Clip {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int width() const override { return 64; }
  [[nodiscard]] int height() const override { return 48; }
  [[nodiscard]] int frame_count() const override { return 3; }
  [[nodiscard]] double frames_per_second() const override { return 25; }
  void read(int index, BgrView out) override { *out.data = static_cast<std::uint8_t>(index); }

 private:
  std::string name_ = "tiny";
};

class CountingDetector final : public Detector {
 public:
  [[nodiscard]] std::string name() const override { return "haar"; }
  [[nodiscard]] std::string settings() const override { return settings_; }
  [[nodiscard]] int minimum_track_length() const override { return 1; }
  [[nodiscard]] double minimum_best_score() const override { return 0; }
  std::vector<TrackedFace> detect(ConstBgrView) override {
    ++calls;
    return {some_face(0, 4)};
  }
  int calls = 0;
  std::string settings_ = "haar version 1";
};

class VideoTrackTest : public testing::Test {
 protected:
  VideoTrackTest() { put_file(video, "the bytes of a video"); }

  VideoTrack load() {
    warnings.clear();
    return load_or_detect(video, clip, &detector, options, warnings);
  }

  TemporaryFolder folder;
  std::filesystem::path video = folder / "clip.mp4";
  std::filesystem::path cache = folder / "clip.track.json";
  TinyClip clip;
  CountingDetector detector;
  VideoTrackOptions options;
  std::vector<std::string> warnings;
};

TEST_F(VideoTrackTest, IsDetectedOnceAndThenReadFromTheCache) {
  const VideoTrack first = load();
  EXPECT_TRUE(first.detected);
  EXPECT_EQ(first.file, cache);
  EXPECT_EQ(detector.calls, 3);
  const VideoTrack second = load();
  EXPECT_FALSE(second.detected);
  EXPECT_EQ(detector.calls, 3);
  EXPECT_EQ(second.track, first.track);
  EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(VideoTrackTest, IsDetectedAgainWhenVideoOrDetectorChange) {
  load();
  put_file(video, "other bytes of a video");
  EXPECT_TRUE(load().detected);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("another video")));
  EXPECT_FALSE(load().detected);
  detector.settings_ = "haar version 2";
  EXPECT_TRUE(load().detected);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("another detector")));
}

TEST_F(VideoTrackTest, AnAnnotationByHandIsUsedAndNeverOverwritten) {
  TrackFile file = read_track_file(load().file).file;
  file.observed.detector = "by hand";
  file.observed.frames[1].faces.clear();
  write_track_file(cache, file);
  const VideoTrack used = load();
  EXPECT_FALSE(used.detected);
  EXPECT_EQ(used.track, file.observed);
  put_file(video, "other bytes of a video");
  EXPECT_THAT(error_of([&] { load(); }), HasSubstr("--track"));
  EXPECT_EQ(read_track_file(cache).file.observed, file.observed);
}

TEST_F(VideoTrackTest, ABrokenCacheIsNamedAndLeftAlone) {
  put_file(cache, "{ broken");
  EXPECT_THAT(error_of([&] { load(); }), HasSubstr(cache.string()));
  EXPECT_EQ(read_file(cache), "{ broken");
  EXPECT_EQ(detector.calls, 0);
}

TEST_F(VideoTrackTest, GoesToTheOtherFolderWhenTheVideosOwnIsReadOnly) {
  const TemporaryFolder out;
  std::filesystem::permissions(folder.path(),
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_TRUE(load().file.empty());
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("--out")));
  options.fallback_folder = out.path();
  EXPECT_EQ(load().file, out / "clip.track.json");
  const int calls = detector.calls;
  EXPECT_FALSE(load().detected);
  EXPECT_EQ(detector.calls, calls);
}

TEST_F(VideoTrackTest, ATrackGivenByNameIsUsedAsItIs) {
  TrackFile file = read_track_file(load().file).file;
  file.observed.frames[2].faces.clear();
  write_track_file(folder / "mine.json", file);
  options.track_file = folder / "mine.json";
  EXPECT_EQ(load().track, file.observed);
  EXPECT_THAT(warnings, IsEmpty());
  put_file(video, "other bytes of a video");
  EXPECT_EQ(load().track, file.observed);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("another file")));
  EXPECT_EQ(detector.calls, 3);
}

TEST_F(VideoTrackTest, WithoutFileOrDetectorThereIsNone) {
  EXPECT_THAT(error_of([&] { load_or_detect(video, clip, nullptr, options, warnings); }),
              HasSubstr("--track"));
}

}  // namespace
}  // namespace ffbench
