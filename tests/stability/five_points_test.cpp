// Five points known twice: what refinement shows about the detector, and when it is not believed.

#include "stability/five_points.hpp"

#include <cmath>
#include <cstddef>

#include <gtest/gtest.h>

#include "stability/clip_smoother.hpp"
#include "tests/support/noise.hpp"
#include "tests/support/tracks.hpp"

namespace ffbench::stability {
namespace {

constexpr int frames = 60;

/// A face whose 68 points contain its five, where `landmarks5_from_68` looks for them.
TrackedFace with_68(TrackedFace face) {
  Landmarks68 all{};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const double angle = 0.3 * static_cast<double>(i);
    all[i] = {face.landmarks5[2].x + 60 * std::cos(angle), face.landmarks5[2].y + 70 * std::sin(angle)};
  }
  for (std::size_t i = 36; i <= 41; ++i) {
    const double side = i < 39 ? -8 : 8;
    all[i] = {face.landmarks5[0].x + side, face.landmarks5[0].y};
    all[i + 6] = {face.landmarks5[1].x + side, face.landmarks5[1].y};
  }
  all[30] = face.landmarks5[2];
  all[48] = face.landmarks5[3];
  all[54] = face.landmarks5[4];
  face.landmarks68 = all;
  return face;
}

void shift(Point& p, double dx, double dy) {
  p.x += dx;
  p.y += dy;
}

FaceTrack truth() {
  return test::track_of(
      frames, [](int t) { return with_68(test::face_at(0, 400 + 30 * std::sin(0.1 * t), 250 + 0.4 * t)); });
}

/// The truth with an error of each frame that all its 68 points share, and one that each of the
/// five has of its own.
FaceTrack observed(double shared, double own) {
  FaceTrack track = truth();
  const std::vector<double> e = test::noise(2 * frames, 5);
  for (int t = 0; t < frames; ++t) {
    TrackedFace& face = track.frames[static_cast<std::size_t>(t)].faces[0];
    for (Point& p : *face.landmarks68) {
      shift(p, shared * e[2 * static_cast<std::size_t>(t)], shared * e[2 * static_cast<std::size_t>(t) + 1]);
    }
    const std::vector<double> f = test::noise(10, 100 + static_cast<unsigned>(t));
    for (std::size_t i = 0; i < 5; ++i) {
      shift(face.landmarks5[i], own * f[2 * i], own * f[2 * i + 1]);
    }
  }
  return track;
}

std::vector<TrackedFace> faces_of(const FaceTrack& track) {
  std::vector<TrackedFace> faces;
  for (const TrackFrame& frame : track.frames) {
    faces.push_back(frame.faces[0]);
  }
  return faces;
}

double rms(const std::vector<Landmarks5>& a, const std::vector<Landmarks5>& b) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    for (std::size_t i = 0; i < 5; ++i) {
      sum += (a[k][i].x - b[k][i].x) * (a[k][i].x - b[k][i].x) +
             (a[k][i].y - b[k][i].y) * (a[k][i].y - b[k][i].y);
    }
  }
  return std::sqrt(sum / static_cast<double>(5 * a.size()));
}

std::vector<Landmarks5> nudged(std::vector<Landmarks5> five, const std::vector<Nudge>& nudges) {
  for (std::size_t k = 0; k < five.size(); ++k) {
    for (Point& p : five[k]) {
      p = nudges[k].apply(p);
    }
  }
  return five;
}

const std::vector<FrameTrust> all_trust(frames);

TEST(FivePoints, MostOfAnErrorThatAllPointsShareIsTakenAwayWhereTheFiveAreFreeOfIt) {
  const std::vector<Landmarks5> right = five_twice(faces_of(truth())).among_68;
  const FiveTwice five = five_twice(faces_of(observed(1.0, 0)));
  ASSERT_FALSE(five.empty());
  EXPECT_GT(rms(five.among_68, right), 1.0);
  EXPECT_LT(rms(nudged(five.among_68, steadying(five.among_68, five.given, all_trust)), right),
            0.5 * rms(five.among_68, right));
}

TEST(FivePoints, ASlowErrorOfTheFiveIsNotPassedOn) {
  const std::vector<Landmarks5> right = five_twice(faces_of(truth())).among_68;
  FiveTwice five = five_twice(faces_of(observed(1.0, 0)));
  for (int t = 0; t < frames; ++t) {
    for (Point& p : five.given[static_cast<std::size_t>(t)]) {
      shift(p, 5 * std::sin(0.1 * t), 0);
    }
  }
  EXPECT_LT(rms(nudged(five.among_68, steadying(five.among_68, five.given, all_trust)), right), 1.0);
}

TEST(FivePoints, AFrameWhoseLidsCloseIsNotFollowed) {
  std::vector<Landmarks5> shape(frames);
  const std::vector<double> e = test::noise(10 * frames, 3);
  for (std::size_t k = 0; k < shape.size(); ++k) {
    for (std::size_t i = 0; i < 5; ++i) {
      shift(shape[k][i], 0.2 * e[10 * k + 2 * i], 0.2 * e[10 * k + 2 * i + 1]);
    }
  }
  shift(shape[30][0], 0, 3);
  std::vector<double> trust_68(frames, 1.0);
  const std::vector<double> blink = followed(shape, trust_68);
  EXPECT_LT(blink[30], 0.1);
  EXPECT_EQ(blink[20], 1);
  trust_68[30] = 0.001;
  EXPECT_GT(followed(shape, trust_68)[30], 0.9) << "the 68 points of a frame that scatters show no lids";
}

TEST(FivePoints, WhatTheFiveHaveOfTheirOwnIsNotPassedOn) {
  const std::vector<Landmarks5> right = five_twice(faces_of(truth())).among_68;
  const FiveTwice five = five_twice(faces_of(observed(0, 1.0)));
  EXPECT_LT(rms(nudged(five.among_68, steadying(five.among_68, five.given, all_trust)), right), 0.1);
  EXPECT_LT(rms(combined(five, all_trust), right), 0.1);
}

TEST(FivePoints, OfTwoErrorsTheMeanHasLessThanEither) {
  const std::vector<Landmarks5> right = five_twice(faces_of(truth())).among_68;
  const FiveTwice five = five_twice(faces_of(observed(0.6, 0.6)));
  const double mean = rms(combined(five, all_trust), right);
  EXPECT_LT(mean, 0.85 * rms(five.among_68, right));
  EXPECT_LT(mean, 0.85 * rms(five.given, right));
}

TEST(FivePoints, AFrameWhoseFiveStandApartIsDoubtedUnlessIts68Scatter) {
  FiveTwice five = five_twice(faces_of(observed(0.3, 0.3)));
  for (Point& p : five.given[20]) {
    shift(p, 12, 0);
  }
  std::vector<double> trust_68(frames, 1.0);
  std::vector<double> follow(frames, 1.0);
  const auto given = [&](std::size_t k) {
    return trust_in_given(five.among_68, five.given, trust_68, follow)[k].given;
  };
  EXPECT_LT(given(20), 0.05);
  EXPECT_EQ(given(21), 1);
  follow[21] = 0.3;
  EXPECT_EQ(given(21), 0.3);
  trust_68[20] = 0.001;
  EXPECT_GT(given(20), 0.9);
}

TEST(FivePoints, DetectorsThatMeanOtherPointsAreKeptApart) {
  FaceTrack track = truth();
  for (TrackFrame& frame : track.frames) {
    shift(frame.faces[0].landmarks5[2], 0, 9);
  }
  EXPECT_TRUE(five_twice(faces_of(track)).empty());
  for (TrackFrame& frame : track.frames) {
    frame.faces[0].landmarks68.reset();
  }
  EXPECT_TRUE(five_twice(faces_of(track)).empty());
}

TEST(FivePoints, ASmoothedClipProfitsFromThem) {
  const auto error = [](const FaceTrack& track) {
    std::vector<Landmarks5> smooth;
    for (const TrackFrame& frame : smooth_clip(track).frames) {
      smooth.push_back(frame.faces[0].landmarks5);
    }
    return rms(smooth, five_twice(faces_of(truth())).given);
  };
  FaceTrack not_refined = observed(1.0, 0);
  for (TrackFrame& frame : not_refined.frames) {
    frame.faces[0].landmarks5 = landmarks5_from_68(*frame.faces[0].landmarks68);
  }
  EXPECT_LT(error(observed(1.0, 0)), 0.6 * error(not_refined));
}

}  // namespace
}  // namespace ffbench::stability
