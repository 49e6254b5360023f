// Landmarks of a whole clip: noise goes, motion stays, lives are kept apart.

#include "stability/clip_smoother.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "stability/planner.hpp"
#include "tests/support/noise.hpp"
#include "tests/support/tracks.hpp"

namespace ffbench::stability {
namespace {

using test::face_at;
using test::track_of;

FaceTrack noisy(FaceTrack track, double sigma) {
  unsigned seed = 1;
  for (TrackFrame& frame : track.frames) {
    for (TrackedFace& face : frame.faces) {
      const std::vector<double> e = test::noise(10, seed++);
      for (std::size_t i = 0; i < 5; ++i) {
        face.landmarks5[i].x += sigma * e[2 * i];
        face.landmarks5[i].y += sigma * e[2 * i + 1];
      }
    }
  }
  return track;
}

double rms(const FaceTrack& a, const FaceTrack& b) {
  double sum = 0;
  int count = 0;
  for (std::size_t t = 0; t < a.frames.size(); ++t) {
    for (std::size_t f = 0; f < b.frames[t].faces.size(); ++f) {
      for (std::size_t i = 0; i < 5; ++i) {
        const Point p = a.frames[t].faces.at(f).landmarks5[i];
        const Point q = b.frames[t].faces[f].landmarks5[i];
        sum += (p.x - q.x) * (p.x - q.x) + (p.y - q.y) * (p.y - q.y);
        ++count;
      }
    }
  }
  return std::sqrt(sum / count);
}

TEST(ClipSmoother, AStillFaceStaysWhereItIs) {
  const FaceTrack track = track_of(40, [](int) { return face_at(0, 300, 200); });
  EXPECT_LT(rms(smooth_clip(track), track), 1e-6);
}

TEST(ClipSmoother, EvenMotionHasNoLag) {
  const FaceTrack track = track_of(40, [](int t) { return face_at(0, 300 + 7.0 * t, 200 - 2.0 * t); });
  EXPECT_LT(rms(smooth_clip(track), track), 1e-5);
}

TEST(ClipSmoother, HalvesTheNoiseOfAMovingFaceAndMore) {
  const auto at = [](int t) { return face_at(0, 400 + 60 * std::sin(0.15 * t), 250 + 0.3 * t); };
  const FaceTrack truth = track_of(100, at);
  const FaceTrack track = noisy(truth, 0.6);
  EXPECT_LT(rms(smooth_clip(track), truth), 0.5 * rms(track, truth));
}

TEST(ClipSmoother, NothingCarriesOverACut) {
  FaceTrack track = track_of(40, [](int t) { return face_at(0, t < 20 ? 300 : 700, 200); });
  track.frames[20].cut = true;
  const FaceTrack smooth = smooth_clip(track);
  EXPECT_LT(rms(smooth, track), 1e-6);
  const FaceTrack first = track_of(20, [](int) { return face_at(0, 300, 200); });
  EXPECT_EQ(smooth.frames[10].faces, smooth_clip(first).frames[10].faces) << "what comes after has no say";
}

TEST(ClipSmoother, ADropoutIsBridgedAlongTheMotion) {
  const FaceTrack truth = track_of(40, [](int t) { return face_at(0, 400 + 80 * std::sin(0.15 * t), 200); });
  FaceTrack track = truth;
  for (std::size_t t : {12U, 13U, 14U, 15U}) {
    track.frames[t].faces.clear();
  }
  EXPECT_LT(rms(smooth_clip(track), truth), 0.6) << "a straight line would be off by pixels";
}

TEST(ClipSmoother, AFaceThatLeavesGoesOnForAWhileAndThenIsGone) {
  FaceTrack track = track_of(60, [](int t) { return face_at(0, 300 + 5.0 * t, 200); });
  for (std::size_t t = 20; t < 45; ++t) {
    track.frames[t].faces.clear();
  }
  const FaceTrack smooth = smooth_clip(track);
  EXPECT_NEAR(smooth.frames[24].faces.at(0).landmarks5[0].x - smooth.frames[19].faces.at(0).landmarks5[0].x,
              25, 1e-3);
  EXPECT_NEAR(smooth.frames[45].faces.at(0).landmarks5[0].x - smooth.frames[41].faces.at(0).landmarks5[0].x,
              20, 1e-3);
  EXPECT_TRUE(smooth.frames[30].faces.empty());
  PlanOptions options;
  options.preset = preset("default");
  options.crop_size = 256;
  const ClipPlan plan = plan_offline(track, options);
  EXPECT_EQ(plan.frames[26].faces.size(), 0U);
  EXPECT_TRUE(plan.frames[39].faces.at(0).reset);
}

TEST(ClipSmoother, TwoLivesCloseToEachOtherDoNotOverlap) {
  FaceTrack track = track_of(50, [](int t) { return face_at(0, 300 + 2.0 * t, 200); });
  for (std::size_t t = 20; t < 29; ++t) {
    track.frames[t].faces.clear();
  }
  for (const TrackFrame& frame : smooth_clip(track).frames) {
    EXPECT_EQ(frame.faces.size(), 1U);
  }
}

TEST(ClipSmoother, AMomentaryFaceStaysAsItIs) {
  FaceTrack track = track_of(30, [](int) { return face_at(0, 300, 200); });
  for (std::size_t t = 0; t < 30; ++t) {
    if (t != 15) {
      track.frames[t].faces.clear();
    }
  }
  EXPECT_EQ(smooth_clip(track).frames[15].faces, track.frames[15].faces);
}

TEST(ClipSmoother, TheSameTrackGivesTheSameBits) {
  const FaceTrack track = noisy(track_of(60, [](int t) { return face_at(0, 300 + t, 200); }), 0.5);
  EXPECT_EQ(smooth_clip(track), smooth_clip(track));
}

}  // namespace
}  // namespace ffbench::stability
