#include "reference/warp.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

using test::noise_image;

AffineF map(float xx, float xy, float xt, float yx, float yy, float yt) {
  AffineF m;
  m.xx = xx, m.xy = xy, m.xt = xt, m.yx = yx, m.yy = yy, m.yt = yt;
  return m;
}

/// The image with `border` pixels of its edge repeated on every side.
BgrImage padded(const BgrImage& image, int border) {
  BgrImage result(image.width() + 2 * border, image.height() + 2 * border);
  for (int y = 0; y < result.height(); ++y) {
    for (int x = 0; x < result.width(); ++x) {
      const int from_x = std::clamp(x - border, 0, image.width() - 1);
      const int from_y = std::clamp(y - border, 0, image.height() - 1);
      std::copy_n(image.view().pixel(from_x, from_y), 3, result.view().pixel(x, y));
    }
  }
  return result;
}

TEST(Warp, IdentityCopiesTheFrame) {
  const BgrImage frame = noise_image(33, 21, 1);
  BgrImage crop(33, 21);
  warp(frame.view(), AffineF{}, crop.view());
  EXPECT_EQ(crop, frame);
}

TEST(Warp, LiteralValues) {
  // Two pixels, 10 and 20, sampled at x = 0.25: 10 + 10 * 0.25 = 12.5, halves to even: 12. At 0.75:
  // 17.5 -> 18.
  BgrImage frame(2, 1);
  for (int c = 0; c < 3; ++c) {
    frame.view().pixel(0, 0)[c] = 10;
    frame.view().pixel(1, 0)[c] = 20;
  }
  BgrImage crop(2, 1);
  warp(frame.view(), map(0.5F, 0, 0.25F, 0, 1, 0), crop.view());
  EXPECT_EQ(crop.view().pixel(0, 0)[0], 12);
  EXPECT_EQ(crop.view().pixel(1, 0)[2], 18);
}

TEST(Warp, BordersEqualThoseOfAPaddedImage) {
  // Halves and quarters keep every coordinate exact, so that both images are sampled at the very
  // same fractions.
  const BgrImage frame = noise_image(24, 18, 2);
  const int border = 16;
  const BgrImage wide = padded(frame, border);
  for (float dx : {-12.75F, -0.5F, 0.25F, 11.5F}) {
    for (float dy : {-10.25F, -0.75F, 0.5F, 9.75F}) {
      BgrImage from_frame(26, 20);
      BgrImage from_padded(26, 20);
      warp(frame.view(), map(1, 0, dx, 0, 1, dy), from_frame.view());
      warp(wide.view(), map(1, 0, dx + border, 0, 1, dy + border), from_padded.view());
      EXPECT_EQ(from_frame, from_padded) << "shift " << dx << ", " << dy;
    }
  }
}

TEST(Warp, WritesEveryPixelAndNoPadding) {
  const BgrImage frame = noise_image(40, 40, 3);
  test::GuardedImage<std::uint8_t, 3> crop(37, 35, 13);
  warp(frame.view(), map(0.7F, 0.2F, 3, -0.2F, 0.7F, 9), crop.view());
  BgrImage expected(37, 35);
  warp(frame.view(), map(0.7F, 0.2F, 3, -0.2F, 0.7F, 9), expected.view());
  EXPECT_TRUE(crop.guards_intact());
  EXPECT_EQ(crop.copy(), expected);
}

TEST(Warp, NonFiniteCoordinatesReadTheFirstPixel) {
  const BgrImage frame = noise_image(5, 5, 4);
  BgrImage crop(3, 3);
  const float infinity = std::numeric_limits<float>::infinity();
  warp(frame.view(), map(infinity, 0, -infinity, 0, 0, 0), crop.view());
  for (int c = 0; c < 3; ++c) {
    EXPECT_EQ(crop.view().pixel(1, 1)[c], frame.view().pixel(0, 0)[c]);
  }
}

RC_GTEST_PROP(Warp, StaysWithinTheValuesOfTheFrame, ()) {
  const BgrImage frame = noise_image(19, 23, *rc::gen::arbitrary<std::uint32_t>(), 40, 200);
  const auto number = [](int low, int high) {
    return static_cast<float>(*rc::gen::inRange(low, high)) / 64.0F;
  };
  BgrImage crop(17, 13);
  warp(frame.view(),
       map(number(-200, 200), number(-200, 200), number(-2000, 2000), number(-200, 200), number(-200, 200),
           number(-2000, 2000)),
       crop.view());
  for (int i = 0; i < 17 * 13 * 3; ++i) {
    RC_ASSERT(crop.data()[i] >= 40);
    RC_ASSERT(crop.data()[i] <= 200);
  }
}

}  // namespace
}  // namespace ffbench::reference
