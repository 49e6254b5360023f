#include "reference/warp_antialiased.hpp"

#include <limits>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reference/warp.hpp"
#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

using test::noise_image;

AffineF map(float xx, float xy, float xt, float yx, float yy, float yt) {
  AffineF m;
  m.xx = xx, m.xy = xy, m.xt = xt, m.yx = yx, m.yy = yy, m.yt = yt;
  return m;
}

TEST(WarpAntialiased, IsTheWarpWhereTheMapDoesNotMinify) {
  const BgrImage frame = noise_image(40, 30, 1);
  for (const AffineF& m :
       {AffineF{}, map(0.5F, 0, 3, 0, 0.5F, 4), map(0.59F, -0.79F, 20, 0.79F, 0.59F, 1.5F)}) {
    BgrImage plain(33, 27);
    BgrImage mean(33, 27);
    warp(frame.view(), m, plain.view());
    warp_antialiased(frame.view(), m, mean.view());
    EXPECT_EQ(mean, plain);
  }
}

TEST(WarpAntialiased, LiteralValues) {
  // Scale 2, sample on a pixel: radius 2.5, bumps (1 - (d/2.5)^2)^3 = 0.046656, 0.592704, 1,
  // 0.592704, 0.046656, of their sum 2.27872 in 16 bits: 1342, 17046, 28760, 17046, 1342. A pixel
  // of 200 there alone in a row of zeros: down all rows are alike, 200 * 256 less what the shifts
  // cut off plus 2.
  BgrImage frame(9, 1);
  for (int c = 0; c < 3; ++c) {
    frame.view().pixel(4, 0)[c] = 200;
  }
  const AffineF m = map(2, 0, 0, 0, 2, 0);
  const AntialiasKernel kernel = antialias_kernel(m);
  EXPECT_EQ(kernel.x.taps, 5);
  const std::span<const std::uint16_t> on_pixel =
      kernel.x.of_phase(((4 * 128) + kernel.x.offset) % antialias_phases);
  EXPECT_EQ(std::vector<int>(on_pixel.begin(), on_pixel.end()),
            (std::vector<int>{1342, 17046, 28760, 17046, 1342}));
  BgrImage crop(5, 1);
  warp_antialiased(frame.view(), m, crop.view());
  EXPECT_EQ(crop.view().pixel(0, 0)[0], 0);
  EXPECT_EQ(crop.view().pixel(1, 0)[0], 4);   // 200 * 1342 / 65536 = 4.1
  EXPECT_EQ(crop.view().pixel(2, 0)[1], 88);  // 200 * 28760 / 65536 = 87.8
  EXPECT_EQ(crop.view().pixel(3, 0)[2], 4);
}

TEST(WarpAntialiased, WeightsOfEveryPhaseSumToOne) {
  for (float scale :
       {1.001F, 1.2F, 1.61F, 2.0F, 2.01F, 3.7F, 6.4F, 12.8F, 50.0F, std::numeric_limits<float>::infinity()}) {
    const AntialiasKernel kernel = antialias_kernel(map(scale, 0, 0, 0, 1, 0));
    ASSERT_TRUE(kernel.minifies);
    EXPECT_LE(kernel.x.taps, antialias_longest);
    EXPECT_EQ(kernel.y.taps, 3);
    for (int phase = 0; phase < antialias_phases; ++phase) {
      const std::span<const std::uint16_t> weights = kernel.x.of_phase(phase);
      EXPECT_EQ(std::accumulate(weights.begin(), weights.end(), 0), 65536) << scale << " " << phase;
    }
  }
}

TEST(WarpAntialiased, KeepsTheCentreOfGravity) {
  // A slope stays where it is: the mean of the weighted positions is the sample's own.
  BgrImage frame(200, 3);
  for (int y = 0; y < 3; ++y) {
    for (int x = 0; x < 200; ++x) {
      std::fill_n(frame.view().pixel(x, y), 3, static_cast<std::uint8_t>(x));
    }
  }
  for (float scale : {1.1F, 2.0F, 3.3F, 7.0F}) {
    const AffineF m = map(scale, 0, 40.375F, 0, scale, 1);
    const AntialiasKernel kernel = antialias_kernel(m);
    for (int x = 0; x < 10; ++x) {
      const double wanted = 256.0 * (40.375 + double{scale} * x);
      EXPECT_NEAR(antialiased_value(frame.view(), m, kernel, x, 0, 1), wanted, 2.0 + 0.05 * 256) << scale;
    }
  }
}

TEST(WarpAntialiased, NonFiniteMapsReadTheFirstPixel) {
  const BgrImage frame = noise_image(5, 5, 4);
  BgrImage crop(3, 3);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  warp_antialiased(frame.view(), map(nan, 0, 0, 0, nan, 0), crop.view());
  EXPECT_EQ(crop.view().pixel(1, 1)[0], frame.view().pixel(0, 0)[0]);
}

RC_GTEST_PROP(WarpAntialiased, StaysWithinTheValuesOfTheFrame, ()) {
  const BgrImage frame = noise_image(19, 23, *rc::gen::arbitrary<std::uint32_t>(), 40, 200);
  const auto number = [](int low, int high) {
    return static_cast<float>(*rc::gen::inRange(low, high)) / 64.0F;
  };
  BgrImage crop(17, 13);
  warp_antialiased(frame.view(),
                   map(number(-600, 600), number(-200, 200), number(-2000, 2000), number(-200, 200),
                       number(-600, 600), number(-2000, 2000)),
                   crop.view());
  for (int i = 0; i < 17 * 13 * 3; ++i) {
    RC_ASSERT(crop.data()[i] >= 40);
    RC_ASSERT(crop.data()[i] <= 200);
  }
}

}  // namespace
}  // namespace ffbench::reference
