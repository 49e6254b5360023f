#include "datasets/synthetic/synthetic_truth.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "datasets/synthetic/scene.hpp"

namespace ffbench::synthetic {
namespace {

struct Case {
  std::shared_ptr<const SceneGeometry> geometry;
  SyntheticTruth truth;
  Case(std::string_view name, int width, int height, int frames)
      : geometry(std::make_shared<const SceneGeometry>(scenario(name), width, height, frames)),
        truth(geometry) {}
};

std::uint8_t mask_at(const MaskImage& mask, Point p) {
  const int x = std::clamp(static_cast<int>(std::floor(p.x + 0.5)), 0, mask.width() - 1);
  const int y = std::clamp(static_cast<int>(std::floor(p.y + 0.5)), 0, mask.height() - 1);
  return *mask.view().pixel(x, y);
}

TEST(SyntheticTruth, LandmarksLieOnTheFace) {
  const Case c("talk", 640, 360, 12);
  TruthMaps maps;
  for (int i = 0; i < 12; i += 4) {
    c.truth.maps(i, maps);
    const TrackedFace& face = c.truth.track().frames[static_cast<std::size_t>(i)].faces.at(0);
    for (std::size_t k = 17; k < 68; ++k) {
      EXPECT_EQ(mask_at(maps.face, (*face.landmarks68)[k]), 255) << "frame " << i << " landmark " << k;
    }
    EXPECT_GT(face.score, 0.95);
  }
}

TEST(SyntheticTruth, LandmarksAreInTheOrderOfTheAnnotation) {
  const Case c("still", 640, 360, 2);
  const Landmarks68 p = *c.truth.track().frames[0].faces.at(0).landmarks68;
  EXPECT_LT(p[0].x, p[8].x);
  EXPECT_LT(p[8].x, p[16].x);
  for (std::size_t i = 17; i < 26; ++i) {
    EXPECT_LT(p[i].x, p[i + 1].x) << "brow " << i;
  }
  for (std::size_t i = 27; i < 30; ++i) {
    EXPECT_LT(p[i].y, p[i + 1].y) << "nose " << i;
  }
  EXPECT_LT(p[36].x, p[39].x);
  EXPECT_LT(p[37].y, p[41].y);
  EXPECT_LT(p[42].x, p[45].x);
  EXPECT_LT(p[48].x, p[54].x);
  EXPECT_LT(p[51].y, p[57].y);
  EXPECT_LT(p[24].y, p[44].y);
  EXPECT_LT(p[30].y, p[33].y);
  EXPECT_LE(p[62].y, p[66].y);
}

TEST(SyntheticTruth, TheNoseTipMovesAgainstTheEarsWhenTheHeadTurns) {
  const Case c("turn", 640, 360, 40);
  double nearest = 1;
  double farthest = 0;
  for (const TrackFrame& frame : c.truth.track().frames) {
    const Landmarks68& p = *frame.faces.at(0).landmarks68;
    const double place = (p[30].x - p[1].x) / (p[15].x - p[1].x);
    nearest = std::min(nearest, place);
    farthest = std::max(farthest, place);
  }
  EXPECT_LT(nearest, 0.35);
  EXPECT_GT(farthest, 0.65);
}

TEST(SyntheticTruth, FlowCarriesTheNextFrameOntoThisOne) {
  for (const char* name : {"talk", "turn"}) {
    const Case c(name, 640, 360, 40);
    const SyntheticScene scene(c.geometry);
    BgrImage now(640, 360);
    BgrImage next(640, 360);
    TruthMaps maps;
    constexpr int index = 14;
    scene.render(index, now.view(), false);
    scene.render(index + 1, next.view(), false);
    c.truth.maps(index, maps);
    double with_flow = 0;
    double without = 0;
    double moved = 0;
    int count = 0;
    for (int y = 0; y < 360; ++y) {
      for (int x = 0; x < 640; ++x) {
        if (*maps.flow_valid.view().pixel(x, y) == 0) {
          continue;
        }
        const float* flow = maps.flow.view().pixel(x, y);
        const double fx = x + static_cast<double>(flow[0]);
        const double fy = y + static_cast<double>(flow[1]);
        const int x0 = std::clamp(static_cast<int>(fx), 0, 638);
        const int y0 = std::clamp(static_cast<int>(fy), 0, 358);
        const double tx = fx - x0;
        const double ty = fy - y0;
        const auto v = [&](int px, int py) { return static_cast<double>(next.view().pixel(px, py)[1]); };
        const double there = (v(x0, y0) * (1 - tx) + v(x0 + 1, y0) * tx) * (1 - ty) +
                             (v(x0, y0 + 1) * (1 - tx) + v(x0 + 1, y0 + 1) * tx) * ty;
        const double here = now.view().pixel(x, y)[1];
        with_flow += (there - here) * (there - here);
        without += (v(x, y) - here) * (v(x, y) - here);
        moved += std::sqrt(static_cast<double>(flow[0] * flow[0] + flow[1] * flow[1]));
        ++count;
      }
    }
    ASSERT_GT(count, 8000) << name;
    EXPECT_GT(moved / count, 0.3) << name;
    // What remains is light that changes with the angle, and interpolation.
    EXPECT_LT(std::sqrt(with_flow / count), 8) << name;
    EXPECT_LT(with_flow, 0.5 * without) << name;
  }
}

TEST(SyntheticTruth, FlowMovesLandmarksToTheirNextPlace) {
  const Case c("talk", 960, 540, 30);
  TruthMaps maps;
  int checked = 0;
  for (int i = 0; i < 29; i += 7) {
    c.truth.maps(i, maps);
    const Landmarks68& now = *c.truth.track().frames[static_cast<std::size_t>(i)].faces[0].landmarks68;
    const Landmarks68& next = *c.truth.track().frames[static_cast<std::size_t>(i) + 1].faces[0].landmarks68;
    for (const std::size_t k : {27U, 28U, 29U, 30U, 33U, 18U, 24U}) {
      const int x = static_cast<int>(now[k].x + 0.5);
      const int y = static_cast<int>(now[k].y + 0.5);
      if (*maps.flow_valid.view().pixel(x, y) != 0) {
        const float* flow = maps.flow.view().pixel(x, y);
        EXPECT_NEAR(next[k].x - now[k].x, static_cast<double>(flow[0]), 0.12) << i << " " << k;
        EXPECT_NEAR(next[k].y - now[k].y, static_cast<double>(flow[1]), 0.12) << i << " " << k;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 20);
}

TEST(SyntheticTruth, TheLastFrameAndTheFrameBeforeACutHaveNoFlow) {
  const Case c("cut", 320, 180, 8);
  TruthMaps maps;
  int cuts = 0;
  for (int i = 0; i < 8; ++i) {
    c.truth.maps(i, maps);
    const bool valid =
        std::any_of(maps.flow_valid.data(), maps.flow_valid.data() + maps.flow_valid.size_bytes(),
                    [](auto v) { return v != 0; });
    const bool last = i == 7 || c.truth.track().frames[static_cast<std::size_t>(i) + 1].cut;
    EXPECT_EQ(valid, !last) << i;
    cuts += c.truth.track().frames[static_cast<std::size_t>(i)].cut ? 1 : 0;
  }
  EXPECT_EQ(cuts, 1);
}

TEST(SyntheticTruth, TheHandHidesTheFaceAndTheScoreSaysSo) {
  const Case c("occlude", 320, 180, 25);
  double least = 1;
  TruthMaps maps;
  int most_occluded = 0;
  for (int i = 0; i < 25; ++i) {
    least = std::min(least, c.truth.track().frames[static_cast<std::size_t>(i)].faces.at(0).score);
    c.truth.maps(i, maps);
    int occluded = 0;
    for (std::size_t k = 0; k < maps.occluded.size_bytes(); ++k) {
      occluded += maps.occluded.data()[k] != 0 ? 1 : 0;
      ASSERT_FALSE(maps.occluded.data()[k] != 0 && maps.face.data()[k] != 0);
    }
    most_occluded = std::max(most_occluded, occluded);
  }
  EXPECT_LT(least, 0.8);
  EXPECT_GT(most_occluded, 300);
  EXPECT_GT(c.truth.track().frames[0].faces[0].score, 0.99);
}

TEST(SyntheticTruth, FacesCrossLeaveAndStayAway) {
  const Case crossing("two-faces", 320, 180, 25);
  const auto& frames = crossing.truth.track().frames;
  EXPECT_LT(frames.front().faces.at(0).box.x0, frames.front().faces.at(1).box.x0);
  EXPECT_GT(frames.back().faces.at(0).box.x0, frames.back().faces.at(1).box.x0);
  double least = 1;
  for (const TrackFrame& frame : frames) {
    EXPECT_GT(frame.faces.at(0).score, 0.9) << "the nearer face is never hidden";
    least = std::min(least, frame.faces.at(1).score);
  }
  EXPECT_LT(least, 0.4);

  const Case leaving("exit", 320, 180, 25);
  EXPECT_EQ(leaving.truth.track().frames[0].faces.size(), 1U);
  EXPECT_EQ(leaving.truth.track().frames[12].faces.size(), 0U);
  EXPECT_EQ(leaving.truth.track().frames[24].faces.size(), 1U);

  const Case empty("empty", 320, 180, 3);
  TruthMaps maps;
  empty.truth.maps(1, maps);
  EXPECT_TRUE(empty.truth.track().frames[1].faces.empty());
  EXPECT_EQ(*std::max_element(maps.face.data(), maps.face.data() + maps.face.size_bytes()), 0);
}

TEST(SyntheticTruth, DriftIsSlowAndStillIsStill) {
  const Case drift("drift", 1920, 1080, 60);
  for (std::size_t i = 1; i < 60; ++i) {
    const Point a = (*drift.truth.track().frames[i - 1].faces[0].landmarks68)[30];
    const Point b = (*drift.truth.track().frames[i].faces[0].landmarks68)[30];
    const double way = std::sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
    EXPECT_GT(way, 0.05);
    EXPECT_LT(way, 0.22);
  }
  const Case still("still", 640, 360, 20);
  for (const TrackFrame& frame : still.truth.track().frames) {
    EXPECT_EQ((*frame.faces[0].landmarks68)[30], (*still.truth.track().frames[0].faces[0].landmarks68)[30]);
  }
}

TEST(SyntheticTruth, ZoomSpansTheStatedRangeOfTheCrop) {
  const Case zoom("zoom", 1920, 1080, 49);
  const auto eyes = [&](std::size_t i) {
    const Landmarks5& p = zoom.truth.track().frames[i].faces[0].landmarks5;
    return std::sqrt((p[1].x - p[0].x) * (p[1].x - p[0].x) + (p[1].y - p[0].y) * (p[1].y - p[0].y));
  };
  const double in_crop = 512 * (0.63696719 - 0.36167656);
  EXPECT_NEAR(eyes(0) / in_crop, 0.3, 0.04);
  EXPECT_NEAR(eyes(24) / in_crop, 3.0, 0.4);
}

}  // namespace
}  // namespace ffbench::synthetic
