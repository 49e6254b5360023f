#include "reference/refinement.hpp"

#include <memory>

#include <gtest/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

/// A network that answers with the normalised pixel (5 + dx, 5 + dy) alone, on the axis x.
std::unique_ptr<RefinementNetwork> looking_at(int dx, int dy) {
  auto net = std::make_unique<RefinementNetwork>();
  net->shift1.fill(1);
  net->shift2.fill(1);
  net->shift3.fill(1);
  net->weights1[4] = 2;       // channel 0: the middle of the 3 x 3 taps, twice, halved by the shift
  net->weights2[4 * 32] = 2;  // channel 0 from channel 0, likewise
  const int place = (3 + dy) * 7 + 3 + dx;
  net->weights3[static_cast<std::size_t>(place) * 32] = 2;
  return net;
}

TEST(Refinement, LumaOfPrimaryColours) {
  BgrImage patch(patch_side, patch_side);
  std::fill_n(patch.data(), 3 * patch_pixels, std::uint8_t{0});
  patch.view().pixel(0, 0)[0] = 255;
  patch.view().pixel(1, 0)[1] = 255;
  patch.view().pixel(2, 0)[2] = 255;
  std::fill_n(patch.view().pixel(0, 1), 3, std::uint8_t{255});
  const auto luma = patch_luma(patch.view());
  EXPECT_EQ(luma[0], 29);  // 29 * 255 / 256 = 28.9
  EXPECT_EQ(luma[1], 149);
  EXPECT_EQ(luma[2], 77);
  EXPECT_EQ(luma[patch_side], 255);
}

TEST(Refinement, NormalisedPatchesDoNotKnowTheExposure) {
  std::array<std::uint8_t, patch_pixels> dark{};
  std::array<std::uint8_t, patch_pixels> bright{};
  for (std::size_t i = 0; i < dark.size(); ++i) {
    dark[i] = static_cast<std::uint8_t>(i * 37 % 60);
    bright[i] = static_cast<std::uint8_t>(4 * dark[i] + 10);
  }
  EXPECT_EQ(normalised_patch(dark), normalised_patch(bright));
  std::array<std::uint8_t, patch_pixels> flat{};
  flat.fill(77);
  EXPECT_EQ(normalised_patch(flat), (std::array<std::int8_t, patch_pixels>{}));
}

TEST(Refinement, ReadsTheTapsInTheOrderOfTheContract) {
  std::array<std::int8_t, patch_pixels> patch{};
  for (std::size_t i = 0; i < patch.size(); ++i) {
    patch[i] = static_cast<std::int8_t>(i);  // 0 to 120
  }
  for (int dy : {-3, 0, 2}) {
    for (int dx : {-2, 0, 3}) {
      const PatchOffset found = refine_patch(*looking_at(dx, dy), patch);
      EXPECT_EQ(found.x, (5 + dy) * 11 + 5 + dx);
      EXPECT_EQ(found.y, 0);
    }
  }
}

TEST(Refinement, LimitsOffsetsToOnePatchPixel) {
  auto net = std::make_unique<RefinementNetwork>();
  net->shift1.fill(1);
  net->shift2.fill(1);
  net->shift3.fill(1);
  net->bias3 = {1 << 20, -(1 << 20)};
  EXPECT_EQ(refine_patch(*net, {}), (PatchOffset{offset_steps, -offset_steps}));
  net->bias3 = {5, -5};  // halves round up: 5/2 + 1/2 = 3, -5/2 + 1/2 = -2
  EXPECT_EQ(refine_patch(*net, {}), (PatchOffset{3, -2}));
}

}  // namespace
}  // namespace ffbench::reference
