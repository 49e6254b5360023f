#include "reference/composite.hpp"

#include <gtest/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

MaskImage filled_mask(int size, std::uint8_t value) {
  MaskImage mask(size, size);
  std::fill_n(mask.data(), mask.size_bytes(), value);
  return mask;
}

SeamBand without_feathering() {
  Preset preset;
  preset.seam = false;
  return SeamBand(preset);
}

TEST(SeamBand, IsMonotoneFrom0To255) {
  const SeamBand band{Preset{}};
  float last = -1;
  for (int i = 0; i <= 255 * 64; ++i) {
    const float value = feather(band, static_cast<float>(i) / 64.0F);
    ASSERT_GT(value, last) << "at " << i / 64.0;
    last = value;
  }
}

TEST(SeamBand, IsTheIdentityOutsideAndContinuousAtItsLimits) {
  const SeamBand band{Preset{}};
  for (float a : {0.0F, 12.5F, 29.0F, 30.0F, 225.0F, 226.0F, 255.0F}) {
    EXPECT_EQ(feather(band, a), a);
  }
  EXPECT_NEAR(feather(band, 30.5F), 30.5F, 0.01F);
  EXPECT_NEAR(feather(band, 224.5F), 224.5F, 0.01F);
  EXPECT_NEAR(feather(band, 127.5F), 127.5F + 19.125F, 1e-4F);
}

TEST(Composite, FullMaskReplacesAndZeroMaskKeeps) {
  const BgrImage crop = test::noise_image(16, 16, 1);
  const BgrImage background = test::noise_image(16, 16, 2);
  BgrImage frame = background;
  composite(crop.view(), filled_mask(16, 0).view(), AffineF{}, {0, 0, 16, 16}, SeamBand{Preset{}},
            frame.view());
  EXPECT_EQ(frame, background);
  composite(crop.view(), filled_mask(16, 255).view(), AffineF{}, {0, 0, 16, 16}, SeamBand{Preset{}},
            frame.view());
  EXPECT_EQ(frame, crop);
}

TEST(Composite, RoundsOnceToNearestEven) {
  BgrImage crop(1, 1);
  BgrImage frame(1, 1);
  for (int c = 0; c < 3; ++c) {
    crop.data()[c] = 255;
  }
  composite(crop.view(), filled_mask(1, 51).view(), AffineF{}, {0, 0, 1, 1}, without_feathering(),
            frame.view());
  // 255 * 51/255, which truncation would make 50 or 51 by luck of rounding
  EXPECT_EQ(frame.data()[0], 51);
  frame.data()[0] = 100;
  composite(crop.view(), filled_mask(1, 128).view(), AffineF{}, {0, 0, 1, 1}, without_feathering(),
            frame.view());
  EXPECT_EQ(frame.data()[0], 178);  // 100 + 155 * 128/255 = 177.80
}

TEST(Composite, TheMasksBorderIsZeroNotReplicated) {
  // A full mask and a white crop placed at a half-pixel offset: the outermost frame pixels are half
  // covered.
  BgrImage crop(8, 8);
  std::fill_n(crop.data(), crop.size_bytes(), std::uint8_t{255});
  BgrImage frame(12, 12);
  AffineF map;
  map.xt = -1.5F;
  map.yt = -2.0F;
  composite(crop.view(), filled_mask(8, 255).view(), map, {0, 0, 12, 12}, without_feathering(), frame.view());
  EXPECT_EQ(frame.view().pixel(0, 5)[0], 0);
  EXPECT_EQ(frame.view().pixel(1, 5)[0], 128);  // half: 127.5, halves to even
  EXPECT_EQ(frame.view().pixel(2, 5)[0], 255);
  EXPECT_EQ(frame.view().pixel(9, 5)[0], 128);
  EXPECT_EQ(frame.view().pixel(10, 5)[0], 0);
}

TEST(Composite, TouchesNothingOutsideTheRegion) {
  const BgrImage crop = test::noise_image(32, 32, 1);
  test::GuardedImage<std::uint8_t, 3> frame(32, 32, 5);
  const BgrImage background = test::noise_image(32, 32, 2);
  copy_pixels<std::uint8_t, 3>(background.view(), frame.view());
  composite(crop.view(), filled_mask(32, 255).view(), AffineF{}, {8, 4, 10, 20}, SeamBand{Preset{}},
            frame.view());
  const BgrImage result = frame.copy();
  EXPECT_TRUE(frame.guards_intact());
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) {
      const bool inside = x >= 8 && x < 18 && y >= 4 && y < 24;
      const BgrImage& from = inside ? crop : background;
      EXPECT_EQ(result.view().pixel(x, y)[1], from.view().pixel(x, y)[1]) << x << ", " << y;
    }
  }
}

TEST(Composite, AConstantCropIsNotTruncated) {
  // A chain that truncates on the way loses a level here and there; a constant must stay constant
  // under any map.
  BgrImage crop(40, 40);
  std::fill_n(crop.data(), crop.size_bytes(), std::uint8_t{137});
  BgrImage frame(64, 64);
  std::fill_n(frame.data(), frame.size_bytes(), std::uint8_t{137});
  AffineF map;
  map.xx = 0.83F, map.xy = 0.31F, map.xt = -7.3F, map.yx = -0.31F, map.yy = 0.83F, map.yt = 4.9F;
  composite(crop.view(), test::random_image<1>(40, 40, 3).view(), map, {0, 0, 64, 64}, SeamBand{Preset{}},
            frame.view());
  EXPECT_TRUE(
      std::all_of(frame.data(), frame.data() + frame.size_bytes(), [](std::uint8_t v) { return v == 137; }));
}

}  // namespace
}  // namespace ffbench::reference
