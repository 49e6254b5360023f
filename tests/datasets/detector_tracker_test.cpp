#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/clip.hpp"
#include "core/error.hpp"
#include "core/limits.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/detectors/overlap.hpp"
#include "datasets/detectors/tracker.hpp"

namespace ffbench {
namespace {

TrackedFace face_at(double x, double y, double size = 40, double score = 0.9) {
  TrackedFace face;
  face.box = {x, y, x + size, y + size};
  face.score = score;
  face.landmarks5 = {
      {{x + 12, y + 16}, {x + 28, y + 16}, {x + 20, y + 25}, {x + 13, y + 32}, {x + 27, y + 32}}};
  return face;
}

std::vector<int> ids_of(const TrackFrame& frame) {
  std::vector<int> ids;
  for (const TrackedFace& face : frame.faces) {
    ids.push_back(face.id);
  }
  return ids;
}

TEST(Tracker, TwoFacesThatMoveKeepTheirIdsWhateverTheOrderOfDetections) {
  std::vector<TrackFrame> frames(40);
  for (int i = 0; i < 40; ++i) {
    auto& faces = frames[static_cast<std::size_t>(i)].faces;
    faces = {face_at(10 + 3 * i, 20), face_at(300 - 3 * i, 90)};
    if (i % 2 == 1) {
      std::swap(faces[0], faces[1]);
    }
  }
  for (const TrackFrame& frame : associate(frames, {})) {
    ASSERT_THAT(ids_of(frame), testing::ElementsAre(0, 1));
    EXPECT_EQ(frame.faces[0].box.y0, 20);
    EXPECT_EQ(frame.faces[1].box.y0, 90);
  }
}

TEST(Tracker, AFaceKeepsItsIdOverAShortGapAndGetsANewOneAfterALongOne) {
  TrackerOptions options;
  options.maximum_gap = 5;
  for (const int gap : {1, 5, 6}) {
    std::vector<TrackFrame> frames(30);
    for (int i = 0; i < 30; ++i) {
      if (i < 10 || i >= 10 + gap) {
        frames[static_cast<std::size_t>(i)].faces = {face_at(50, 50)};
      }
    }
    const auto tracked = associate(frames, options);
    EXPECT_THAT(ids_of(tracked[10]), testing::IsEmpty()) << gap;
    EXPECT_THAT(ids_of(tracked[29]), testing::ElementsAre(gap <= 5 ? 0 : 1)) << gap;
  }
}

TEST(Tracker, ACutEndsEveryTrackAndIdsAreNotUsedAgain) {
  std::vector<TrackFrame> frames(20);
  for (auto& frame : frames) {
    frame.faces = {face_at(50, 50)};
  }
  frames[12].cut = true;
  const auto tracked = associate(frames, {});
  EXPECT_THAT(ids_of(tracked[11]), testing::ElementsAre(0));
  EXPECT_THAT(ids_of(tracked[12]), testing::ElementsAre(1));
  EXPECT_TRUE(tracked[12].cut);
}

TEST(Tracker, TracksThatAreTooShortForTheirSceneAreDropped) {
  TrackerOptions options;
  options.minimum_length = 5;
  std::vector<TrackFrame> frames(30);
  for (int i = 0; i < 30; ++i) {
    auto& faces = frames[static_cast<std::size_t>(i)].faces;
    if (i >= 3 && i < 7) {
      faces.push_back(face_at(200, 10));  // four frames: false
    }
    faces.push_back(face_at(50, 50));
  }
  frames[28].cut = true;  // two frames are a whole scene
  const auto tracked = associate(frames, options);
  for (int i = 0; i < 30; ++i) {
    ASSERT_THAT(ids_of(tracked[static_cast<std::size_t>(i)]), testing::ElementsAre(i < 28 ? 0 : 1)) << i;
  }
}

TEST(Tracker, TracksThatAreNeverSureAreDropped) {
  TrackerOptions options;
  options.minimum_best_score = 0.8;
  std::vector<TrackFrame> frames(10);
  for (int i = 0; i < 10; ++i) {
    frames[static_cast<std::size_t>(i)].faces = {face_at(50, 50, 40, i == 4 ? 0.85 : 0.65),
                                                 face_at(200, 50, 40, 0.75)};
  }
  for (const TrackFrame& frame : associate(frames, options)) {
    ASSERT_EQ(frame.faces.size(), 1U);
    EXPECT_EQ(frame.faces[0].box.x0, 50);
  }
}

TEST(Tracker, AFaceOfAnotherSizeInTheSamePlaceIsAnotherFace) {
  std::vector<TrackFrame> frames(2);
  frames[0].faces = {face_at(100, 100, 40)};
  frames[1].faces = {face_at(60, 60, 120)};
  const auto tracked = associate(frames, {});
  EXPECT_NE(tracked[0].faces[0].id, tracked[1].faces[0].id);
}

TEST(Overlap, IsIntersectionOverUnionAndKeepsTheBest) {
  EXPECT_DOUBLE_EQ(overlap_of({0, 0, 10, 10}, {5, 0, 15, 10}), 50. / 150);
  EXPECT_EQ(overlap_of({0, 0, 10, 10}, {10, 0, 20, 10}), 0);
  EXPECT_DOUBLE_EQ(overlap_of({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
  const auto kept =
      without_overlaps({face_at(0, 0, 40, 0.5), face_at(4, 0, 40, 0.9), face_at(100, 0, 40, 0.7)}, 0.3);
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].score, 0.9);
  EXPECT_EQ(kept[1].score, 0.7);
}

TEST(Overlap, OfTooManyFacesTheBestAreKept) {
  std::vector<TrackedFace> faces;
  for (int i = 0; i < 300; ++i) {
    faces.push_back(face_at(100.0 * i, 0, 40, i / 1000.0));
  }
  const auto kept = without_overlaps(faces, 0.3);
  ASSERT_EQ(kept.size(), most_faces_in_frame);
  EXPECT_EQ(kept.front().score, 0.299);
  EXPECT_EQ(kept.back().score, 0.044);
}

/// Five frames of nothing.
class BlankClip final : public Clip {
 public:
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int width() const override { return 64; }
  [[nodiscard]] int height() const override { return 48; }
  [[nodiscard]] int frame_count() const override { return 5; }
  [[nodiscard]] double frames_per_second() const override { return 25; }
  void read(int index, BgrView out) override { *out.data = static_cast<std::uint8_t>(index); }

 private:
  std::string name_ = "blank";
};

/// Says that there is a face in every frame but the first.
class Believer final : public Detector {
 public:
  [[nodiscard]] std::string name() const override { return "believer"; }
  [[nodiscard]] std::string settings() const override { return "believer"; }
  [[nodiscard]] int minimum_track_length() const override { return 1; }
  [[nodiscard]] double minimum_best_score() const override { return 0; }
  std::vector<TrackedFace> detect(ConstBgrView frame) override {
    return *frame.data == 0 ? std::vector<TrackedFace>{} : std::vector<TrackedFace>{face_at(*frame.data, 4)};
  }
};

TEST(BuildTrack, HasAFrameForEveryFrameOfTheClipAndTellsItsProgress) {
  BlankClip clip;
  Believer detector;
  std::vector<int> progress;
  const FaceTrack track = build_track(clip, detector, [&](int done, int count) {
    EXPECT_EQ(count, 5);
    progress.push_back(done);
    return true;
  });
  EXPECT_THAT(progress, testing::ElementsAre(1, 2, 3, 4, 5));
  ASSERT_EQ(track.frames.size(), 5U);
  EXPECT_EQ(track.width, 64);
  EXPECT_EQ(track.height, 48);
  EXPECT_EQ(track.detector, "believer");
  EXPECT_TRUE(track.frames[0].faces.empty());
  EXPECT_EQ(track.frames[3].faces.at(0).box.x0, 3);
}

TEST(BuildTrack, StopsWhenAskedTo) {
  BlankClip clip;
  Believer detector;
  EXPECT_THROW(build_track(clip, detector, [](int done, int) { return done < 2; }), Error);
}

}  // namespace
}  // namespace ffbench
