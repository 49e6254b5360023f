#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "core/hash.hpp"
#include "core/system/parallel.hpp"
#include "datasets/manifest.hpp"
#include "datasets/synthetic/scene.hpp"

namespace ffbench::synthetic {
namespace {

std::shared_ptr<const SceneGeometry> small(std::string_view name, int frames = 8) {
  return std::make_shared<const SceneGeometry>(scenario(name), 214, 120, frames);
}

Digest frame_digest(const SyntheticScene& scene, int index) {
  BgrImage image(scene.geometry().width(), scene.geometry().height());
  scene.render(index, image.view());
  return digest_of(image.const_view());
}

TEST(SyntheticRender, SameBytesWhateverTheThreadsAndTheOrder) {
  const auto geometry = small("occlude");
  const SyntheticScene forward(geometry, 1);
  const SyntheticScene backward(geometry, 2);
  std::vector<Digest> one(8);
  std::vector<Digest> two(8);
  for (int i = 0; i < 8; ++i) {
    one[static_cast<std::size_t>(i)] = frame_digest(forward, i);
  }
  parallel_for(8, 2, [&](int i) { two[static_cast<std::size_t>(7 - i)] = frame_digest(backward, 7 - i); });
  EXPECT_EQ(one, two);
}

TEST(SyntheticRender, FramesDifferFromEachOther) {
  const SyntheticScene scene(small("still"));
  EXPECT_NE(frame_digest(scene, 0), frame_digest(scene, 1))
      << "the camera's noise must change with the frame";
}

TEST(SyntheticRender, WritesNoBytesOutsideOfTheView) {
  const SyntheticScene scene(small("talk"));
  const int stride = 214 * 3 + 13;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(stride) * 120, 0xa5);
  scene.render(3, {bytes.data(), 214, 120, stride});
  for (int y = 0; y < 120; ++y) {
    for (int x = 214 * 3; x < stride; ++x) {
      ASSERT_EQ(bytes[static_cast<std::size_t>(y * stride + x)], 0xa5) << "row " << y;
    }
  }
}

TEST(SyntheticRender, CameraNoiseHasTheStatedStrength) {
  const SyntheticScene scene(small("empty"));
  BgrImage noisy(214, 120);
  BgrImage clean(214, 120);
  scene.render(2, noisy.view());
  scene.render(2, clean.view(), false);
  double squares = 0;
  for (std::size_t i = 0; i < noisy.size_bytes(); ++i) {
    const double d = static_cast<double>(noisy.data()[i]) - clean.data()[i];
    squares += d * d;
  }
  // Both are rounded: two more twelfths.
  const double expected = scenario("empty").noise * scenario("empty").noise + 1.0 / 12 + 1.0 / 12;
  EXPECT_NEAR(squares / static_cast<double>(noisy.size_bytes()), expected, 0.08 * expected);
}

TEST(SyntheticRender, SkinLooksLikeSkinAndTheEyesHavePupils) {
  const auto geometry = std::make_shared<const SceneGeometry>(scenario("drift"), 640, 360, 4);
  const SyntheticScene scene(geometry);
  BgrImage image(640, 360);
  scene.render(0, image.view(), false);
  const FrameGeometry frame = geometry->frame(0, true);
  const Landmarks68 points = geometry->person(0).landmarks(frame.vertices[0]);
  const auto at = [&](Point p) {
    return image.view().pixel(static_cast<int>(p.x + 0.5), static_cast<int>(p.y + 0.5));
  };
  const std::uint8_t* cheek = at({(points[41].x + points[48].x) / 2, (points[41].y + points[48].y) / 2});
  EXPECT_GT(cheek[2], cheek[1]);
  EXPECT_GT(cheek[1], cheek[0]);
  int darkest = 255;
  for (double y = points[37].y; y <= points[41].y; ++y) {
    for (double x = points[37].x; x <= points[38].x; ++x) {
      darkest = std::min<int>(darkest, at({x, y})[1]);
    }
  }
  EXPECT_LT(darkest + 60, cheek[1]) << "no pupil between the lids";
}

/// Small clips of every scenario, whose digests are in the committed manifest.
class SyntheticManifest : public testing::TestWithParam<std::string> {};

TEST_P(SyntheticManifest, ThisMachineRendersTheRecordedBytes) {
  FixtureSpec spec;
  spec.name = spec.scenario = GetParam();
  spec.width = 320;
  spec.height = 180;
  spec.frames = 6;
  const auto expected = Manifest::committed().find(Manifest::clip_name(spec));
  ASSERT_TRUE(expected.has_value()) << Manifest::clip_name(spec) << " is not in datasets/manifest.json";
  EXPECT_EQ(render_digest(spec, 2).hex(), expected->hex());
}

INSTANTIATE_TEST_SUITE_P(EveryScenario, SyntheticManifest, testing::ValuesIn(scenario_names()),
                         [](const auto& instance) {
                           std::string name = instance.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ffbench::synthetic
