#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "datasets/synthetic/observation.hpp"

namespace ffbench::synthetic {
namespace {

/// A face that does not move, for as many frames as statistics need.
FaceTrack resting(int frames) {
  FaceTrack truth;
  truth.width = 1920;
  truth.height = 1080;
  TrackedFace face;
  Landmarks68 points{};
  for (std::size_t i = 0; i < 68; ++i) {
    // Fractions spread over the pixel, so that rounding is uniform noise.
    points[i] = {900 + static_cast<double>(i % 10) * 20.37 + 0.013 * static_cast<double>(i),
                 400 + static_cast<double>(i / 10) * 30.71 + 0.029 * static_cast<double>(i)};
  }
  face.landmarks68 = points;
  face.landmarks5 = landmarks5_from_68(points);
  face.box = bounding_box(points);
  truth.frames.assign(static_cast<std::size_t>(frames), TrackFrame{{face}, false});
  return truth;
}

constexpr int many = 6000;

TEST(SyntheticObservation, PointsAreWholePixels) {
  const FaceTrack observed = observe(resting(50), scenario("talk"), "a");
  for (const TrackFrame& frame : observed.frames) {
    for (const TrackedFace& face : frame.faces) {
      for (const Point& p : face.landmarks5) {
        EXPECT_EQ(p.x, std::floor(p.x));
        EXPECT_EQ(p.y, std::floor(p.y));
      }
      for (const Point& p : *face.landmarks68) {
        EXPECT_EQ(p.x, std::floor(p.x));
        EXPECT_EQ(p.y, std::floor(p.y));
      }
    }
  }
}

TEST(SyntheticObservation, DropoutsAndOutliersHappenAsOftenAsStated) {
  const FaceTrack truth = resting(many);
  const FaceTrack observed = observe(truth, scenario("talk"), "rates");
  int missing = 0;
  int outliers = 0;
  int points = 0;
  for (const TrackFrame& frame : observed.frames) {
    missing += frame.faces.empty() ? 1 : 0;
    for (const TrackedFace& face : frame.faces) {
      for (std::size_t k = 0; k < 68; ++k) {
        const Point t = (*truth.frames[0].faces[0].landmarks68)[k];
        const Point o = (*face.landmarks68)[k];
        // Ordinary noise seldom exceeds 2.2 pixels; outliers measure 2.15 plus noise.
        outliers += std::hypot(o.x - t.x, o.y - t.y) > 2.3 ? 1 : 0;
        ++points;
      }
    }
  }
  EXPECT_NEAR(static_cast<double>(missing) / many, 0.01, 0.004);
  EXPECT_GT(static_cast<double>(outliers) / points, 0.002);
  EXPECT_LT(static_cast<double>(outliers) / points, 0.012);
}

TEST(SyntheticObservation, NoiseHasTheStatedStrengthAndCorrelation) {
  const FaceTrack truth = resting(many);
  const FaceTrack observed = observe(truth, scenario("talk"), "strength");
  const double size = std::sqrt(truth.frames[0].faces[0].box.width() * truth.frames[0].faces[0].box.height());
  double squares = 0;
  double products = 0;
  int count = 0;
  int pairs = 0;
  // The nose tip lies near the middle, where scale and rotation do little: shift alone remains.
  const Point t = truth.frames[0].faces[0].landmarks5[2];
  for (std::size_t i = 0; i < observed.frames.size(); ++i) {
    if (observed.frames[i].faces.empty()) {
      continue;
    }
    const double e = observed.frames[i].faces[0].landmarks5[2].x - t.x;
    squares += e * e;
    ++count;
    if (i > 0 && !observed.frames[i - 1].faces.empty()) {
      products += e * (observed.frames[i - 1].faces[0].landmarks5[2].x - t.x);
      ++pairs;
    }
  }
  namespace m = detector_model;
  const double noise = m::white * m::white + m::correlated * m::correlated;
  const double outliers = m::outlier * m::outlier_sigmas * m::outlier_sigmas * noise / 2;
  const double shift = m::similarity * size * m::similarity * size;
  EXPECT_NEAR(squares / count, noise + outliers + shift + 1.0 / 12, 0.04);
  EXPECT_NEAR(products / pairs, m::correlation * m::correlated * m::correlated, 0.025);
}

TEST(SyntheticObservation, FixturesHaveNoiseOfTheirOwnAndRepeatIt) {
  const FaceTrack truth = resting(20);
  EXPECT_EQ(observe(truth, scenario("talk"), "one"), observe(truth, scenario("talk"), "one"));
  EXPECT_NE(observe(truth, scenario("talk"), "one"), observe(truth, scenario("talk"), "two"));
}

TEST(SyntheticObservation, DetectionDegradesInTheTailOfTailOnly) {
  const FaceTrack truth = resting(400);
  const auto rms = [&](std::string_view name, std::size_t from, std::size_t to) {
    const FaceTrack observed = observe(truth, scenario(name), "tail");
    double squares = 0;
    int count = 0;
    for (std::size_t i = from; i < to; ++i) {
      for (const TrackedFace& face : observed.frames[i].faces) {
        for (std::size_t k = 0; k < 68; ++k) {
          const double e = (*face.landmarks68)[k].x - (*truth.frames[0].faces[0].landmarks68)[k].x;
          squares += e * e;
          ++count;
        }
      }
    }
    return std::sqrt(squares / count);
  };
  EXPECT_GT(rms("tail", 394, 400), 2 * rms("tail", 0, 388));
  EXPECT_LT(rms("talk", 394, 400), 1.5 * rms("talk", 0, 388));
}

TEST(SyntheticObservation, HiddenFacesAreNotFoundAndCutsAreKept) {
  FaceTrack truth = resting(4);
  truth.frames[1].faces[0].score = 0.1;
  truth.frames[2].cut = true;
  const FaceTrack observed = observe(truth, scenario("talk"), "hidden");
  EXPECT_TRUE(observed.frames[1].faces.empty());
  EXPECT_TRUE(observed.frames[2].cut);
  EXPECT_FALSE(observed.frames[3].cut);
}

}  // namespace
}  // namespace ffbench::synthetic
