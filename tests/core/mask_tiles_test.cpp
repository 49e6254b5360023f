#include "core/numeric/mask_tiles.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench {
namespace {

using Cover = MaskTiles::Cover;

/// A mask of 0 and 255 in blocks, with a few single pixels of other values.
MaskImage blocky_mask(int width, int height, std::uint32_t seed) {
  MaskImage mask(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint32_t block = test::mixed(seed, static_cast<std::uint32_t>(y / 20 * 100 + x / 20));
      const bool odd = test::mixed(seed + 1, static_cast<std::uint32_t>(y * width + x)) % 500 == 0;
      mask.view().row(y)[x] = odd ? 7 : ((block & 1) != 0 ? 255 : 0);
    }
  }
  return mask;
}

RC_GTEST_PROP(MaskTiles, NeverClaimsMoreThanThePixelsShow, ()) {
  const int width = *rc::gen::inRange(1, 90);
  const int height = *rc::gen::inRange(1, 90);
  const MaskImage mask = blocky_mask(width, height, *rc::gen::arbitrary<std::uint32_t>());
  MaskTiles tiles;
  tiles.update(mask.view());
  for (int i = 0; i < 40; ++i) {
    const int x0 = *rc::gen::inRange(-5, 95);
    const int y0 = *rc::gen::inRange(-5, 95);
    const int x1 = x0 + *rc::gen::inRange(0, 40);
    const int y1 = y0 + *rc::gen::inRange(0, 40);
    bool all_zero = true;
    bool all_full = true;
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const bool inside = x >= 0 && y >= 0 && x < width && y < height;
        const int value = inside ? mask.view().row(y)[x] : 0;
        all_zero = all_zero && value == 0;
        all_full = all_full && value == 255;
      }
    }
    const Cover cover = tiles.cover(x0, y0, x1, y1);
    RC_ASSERT(cover != Cover::zero || all_zero);
    RC_ASSERT(cover != Cover::full || all_full);
  }
}

TEST(MaskTiles, KnowsWholeTiles) {
  MaskImage mask(64, 64);
  for (int y = 16; y < 48; ++y) {
    std::fill_n(mask.view().row(y) + 16, 32, std::uint8_t{255});
  }
  MaskTiles tiles;
  tiles.update(mask.view());
  EXPECT_EQ(tiles.cover(0, 0, 63, 15), Cover::zero);
  EXPECT_EQ(tiles.cover(16, 16, 47, 47), Cover::full);
  EXPECT_EQ(tiles.cover(15, 16, 47, 47), Cover::mixed);
  EXPECT_EQ(tiles.cover(-20, -20, -1, 90), Cover::zero);
}

}  // namespace
}  // namespace ffbench
