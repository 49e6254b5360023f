// What is known of FaceFusion 3.5.0 and of OpenCV 4.6's classic path, restated without OpenCV.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/warp_template.hpp"
#include "reference/facefusion_3_5_0/stages.hpp"
#include "tests/baseline/scene.hpp"

namespace ffbench {
namespace {

BaselineOptions identity_options(int crop_size) {
  BaselineOptions options;
  options.crop_size = crop_size;
  options.model_size = crop_size;
  options.swap = SwapKind::identity;
  return options;
}

template <typename T>
std::vector<T> values_of(const std::vector<BaselineArray>& stages, const std::string& name) {
  for (const BaselineArray& stage : stages) {
    if (stage.name == name) {
      std::vector<T> values(stage.bytes.size() / sizeof(T));
      std::memcpy(values.data(), stage.bytes.data(), stage.bytes.size());
      return values;
    }
  }
  ADD_FAILURE() << "no stage " << name;
  return {};
}

/// Round to nearest, ties to even, as a number whose type does not overflow for the coordinates
/// used here.
int round_even(double v) {
  return static_cast<int>(std::nearbyint(v));
}

/// cv::warpAffine for 8UC3, bilinear, border replicated: the matrix inverted in binary64,
/// coordinates in 1/1024 pixel reduced to 1/32, weights of 10 bits (15 in OpenCV, with the same
/// result), rounded half up.
BgrImage scalar_warp(ConstBgrView frame, const Affine& m, int size) {
  double d = m.xx * m.yy - m.xy * m.yx;
  d = d != 0 ? 1 / d : 0;
  const double xx = m.yy * d;
  const double xy = m.xy * -d;
  const double yx = m.yx * -d;
  const double yy = m.xx * d;
  const double xt = -xx * m.xt - xy * m.yt;
  const double yt = -yx * m.xt - yy * m.yt;
  BgrImage out(size, size);
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const int fx = (round_even((xy * y + xt) * 1024) + 16 + round_even(xx * x * 1024)) >> 5;
      const int fy = (round_even((yy * y + yt) * 1024) + 16 + round_even(yx * x * 1024)) >> 5;
      const int u = fx & 31;
      const int v = fy & 31;
      const int x0 = std::clamp(fx >> 5, 0, frame.width - 1);
      const int x1 = std::clamp((fx >> 5) + 1, 0, frame.width - 1);
      const int y0 = std::clamp(fy >> 5, 0, frame.height - 1);
      const int y1 = std::clamp((fy >> 5) + 1, 0, frame.height - 1);
      for (int c = 0; c < 3; ++c) {
        const int sum = (32 - v) * ((32 - u) * frame.pixel(x0, y0)[c] + u * frame.pixel(x1, y0)[c]) +
                        v * ((32 - u) * frame.pixel(x0, y1)[c] + u * frame.pixel(x1, y1)[c]);
        out.view().pixel(x, y)[c] = static_cast<std::uint8_t>((sum + 512) >> 10);
      }
    }
  }
  return out;
}

TEST(Warp, EqualsAScalarRestatementWithCoordinatesIn32ndsOfAPixel) {
  const BgrImage frame = scene::picture(211, 157, 3);
  for (const double degrees : {0.0, 17.0, 90.0, -133.0}) {
    for (const double scale : {0.31, 1.0, 2.7}) {
      for (const double x : {-40.0, 105.37, 260.0}) {
        const scene::Placement placement{
            .crop_size = 96, .x = x, .y = 70.2, .degrees = degrees, .scale = scale};
        const Similarity s = scene::transform(placement);
        const auto crop =
            values_of<std::uint8_t>(baseline_stages(identity_options(96), frame.const_view(), s), "crop");
        const BgrImage expected = scalar_warp(frame.const_view(), s, 96);
        ASSERT_EQ(crop.size(), expected.size_bytes());
        EXPECT_EQ(std::memcmp(crop.data(), expected.data(), crop.size()), 0)
            << "turned by " << degrees << ", scale " << scale << ", x " << x;
      }
    }
  }
}

TEST(BoxMask, IsAboutOneTwentiethAtTheEdgeOf256AndOneInTheMiddle) {
  const BgrImage frame = scene::picture(64, 64, 1);
  const auto mask =
      values_of<float>(baseline_stages(identity_options(256), frame.const_view(), Similarity{}), "box_mask");
  ASSERT_EQ(mask.size(), 256U * 256U);
  const auto at = [&](std::size_t x, std::size_t y) { return mask[y * 256 + x]; };
  // A step of 19 pixels' distance seen by a Gaussian of 9.5: two standard deviations, twice 2.3 %
  // with the reflection.
  EXPECT_NEAR(at(0, 128), 0.05, 0.005);
  EXPECT_NEAR(at(255, 128), 0.05, 0.005);
  EXPECT_NEAR(at(128, 0), 0.05, 0.005);
  EXPECT_NEAR(at(128, 255), 0.05, 0.005);
  EXPECT_NEAR(at(128, 128), 1, 1e-6);
  EXPECT_NEAR(at(0, 0), 0.05 * 0.05, 0.001);
  // Half way up at the inner edge of the zero border of 19 pixels.
  EXPECT_LT(at(18, 128), 0.5);
  EXPECT_GT(at(19, 128), 0.5);
}

TEST(Paste, TruncatesWhereRoundingWouldGoUp) {
  // Uniform frame of 100 and crop of 101: every mixture lies between, and truncation keeps 100
  // until the mask is 1.
  BaselineOptions options = identity_options(64);
  options.swap = SwapKind::source;
  options.source = BgrImage(64, 64);
  std::fill_n(options.source.data(), options.source.size_bytes(), std::uint8_t{101});
  options.source_landmarks = warp_template(options.warp_template).scaled(64);
  BgrImage frame(64, 64);
  std::fill_n(frame.data(), frame.size_bytes(), std::uint8_t{100});
  const auto stages = baseline_stages(options, frame.const_view(), Similarity{});
  const auto mask = values_of<float>(stages, "warped_mask");
  const auto crop = values_of<double>(stages, "warped_crop");
  const auto output = values_of<std::uint8_t>(stages, "output");
  std::size_t would_round_up = 0;
  for (std::size_t i = 0; i < output.size(); ++i) {
    const double mixture =
        100 * (1 - static_cast<double>(mask[i / 3])) + crop[i] * static_cast<double>(mask[i / 3]);
    would_round_up += mixture > 100.6 && mixture < 100.9 ? 1U : 0U;
    if (mixture > 100.0001 && mixture < 100.999) {
      ASSERT_EQ(output[i], 100) << "mixture " << mixture;
    }
  }
  EXPECT_GT(would_round_up, 100U);
}

TEST(Paste, RoundsTheCornersOfTheRegionToNearestEven) {
  const BgrImage frame = scene::picture(200, 200, 1);
  const auto region_for = [&](double x, double y) {
    const Similarity s{1, 0, -x, -y};
    return values_of<int>(baseline_stages(identity_options(64), frame.const_view(), s), "region");
  };
  // Floor and ceil of the corners themselves would make the region one pixel larger each time.
  EXPECT_THAT(region_for(10.25, 20.75), testing::ElementsAre(10, 21, 64, 64));
  EXPECT_THAT(region_for(10.5, 21.5), testing::ElementsAre(10, 22, 64, 64));
  EXPECT_THAT(region_for(-0.25, 150), testing::ElementsAre(0, 150, 64, 50));
}

TEST(Paste, LeavesAFrameUntouchedThatTheCropMisses) {
  const BgrImage frame = scene::picture(80, 60, 5);
  for (const double x : {-64.0, -1000.0, 80.0, 5000.0}) {
    const auto stages = baseline_stages(identity_options(64), frame.const_view(), Similarity{1, 0, -x, 0});
    const auto output = values_of<std::uint8_t>(stages, "output");
    ASSERT_EQ(output.size(), frame.size_bytes());
    EXPECT_EQ(std::memcmp(output.data(), frame.data(), output.size()), 0) << "x " << x;
  }
}

TEST(PixelBoost, HandsTheModelEverySecondPixelOfEverySecondRow) {
  const BgrImage frame = scene::picture(64, 64, 9);
  BaselineOptions options = identity_options(64);
  options.model_size = 32;
  const auto prepared =
      values_of<float>(baseline_stages(options, frame.const_view(), Similarity{}), "prepared");
  ASSERT_EQ(prepared.size(), 4U * 3 * 32 * 32);
  std::size_t next = 0;
  for (int tile = 0; tile < 4; ++tile) {
    for (int rgb = 0; rgb < 3; ++rgb) {
      for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 32; ++x) {
          const int v = frame.view().pixel(2 * x + tile % 2, 2 * y + tile / 2)[2 - rgb];
          ASSERT_EQ(prepared[next++], static_cast<float>((v / 255.0 - 0.5) / 0.5));
        }
      }
    }
  }
}

TEST(Transform, AgreesWithTheClosedFormToRounding) {
  const Landmarks5 target = warp_template("arcface_128").scaled(256);
  const scene::Placement placement{.crop_size = 256, .x = 400, .y = 300, .degrees = 25, .scale = 1.5};
  const auto estimated = estimate_baseline_transform(scene::landmarks(placement), target);
  ASSERT_TRUE(estimated.has_value());
  const Similarity exact = scene::transform(placement);
  // The landmarks go in as binary32: 2^-15 pixel at 400.
  EXPECT_NEAR(estimated->a, exact.a, 1e-6);
  EXPECT_NEAR(estimated->b, exact.b, 1e-6);
  EXPECT_NEAR(estimated->tx, exact.tx, 1e-3);
  EXPECT_NEAR(estimated->ty, exact.ty, 1e-3);
}

TEST(Transform, DoesNotExistForDegenerateLandmarks) {
  const Landmarks5 target = warp_template("arcface_128").scaled(256);
  Landmarks5 same;
  same.fill({100, 100});
  EXPECT_FALSE(estimate_baseline_transform(same, target).has_value());
  Landmarks5 broken = target;
  broken[2].x = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(estimate_baseline_transform(broken, target).has_value());
  broken[2].x = 1e300;
  EXPECT_FALSE(estimate_baseline_transform(broken, target).has_value());
  EXPECT_TRUE(estimate_baseline_transform(target, target).has_value());
}

}  // namespace
}  // namespace ffbench
