#include "reference/masks.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

MaskImage filled(int size, std::uint8_t value) {
  MaskImage mask(size, size);
  std::fill_n(mask.data(), mask.size_bytes(), value);
  return mask;
}

TEST(BoxMask, IsZeroAtTheEdgeAndFullInTheMiddle) {
  MaskImage mask(256, 256);
  box_mask(0.3, {}, mask.view());
  for (int i = 0; i < 256; ++i) {
    EXPECT_EQ(mask.view().row(0)[i], 0);
    EXPECT_EQ(mask.view().row(255)[i], 0);
    EXPECT_EQ(mask.view().row(i)[0], 0);
    EXPECT_EQ(mask.view().row(i)[255], 0);
  }
  EXPECT_EQ(mask.view().row(128)[128], 255);
}

TEST(BoxMask, FollowsTheBlurredStepOfFaceFusion) {
  // At 256 FaceFusion's sigma is 9.5 and its border 19 pixels; away from the edge both profiles are the same
  // step, but for the edge's 2.3 % that are taken off here.
  const std::vector<std::uint32_t> profile = box_profile(256, 0.3, 0, 0);
  const double edge = 0.5 * std::erfc(18.5 / (9.5 * std::sqrt(2.0)));
  for (int i : {5, 12, 19, 26, 40}) {
    const double step = 0.5 * std::erfc((18.5 - i) / (9.5 * std::sqrt(2.0)));
    EXPECT_NEAR(profile[static_cast<std::size_t>(i)] / 65536.0, (step - edge) / (1 - edge), 0.002) << i;
  }
  EXPECT_EQ(profile[128], 65536U);
}

TEST(BoxMask, PaddingMovesOneSide) {
  const std::vector<std::uint32_t> plain = box_profile(256, 0.3, 0, 0);
  const std::vector<std::uint32_t> padded = box_profile(256, 0.3, 25, 0);
  EXPECT_EQ(padded[20], 0U);
  EXPECT_EQ(padded[230], plain[230]);
}

TEST(BoxMask, WithoutBlurHasHardEdges) {
  const std::vector<std::uint32_t> profile = box_profile(64, 0, 0, 0);
  EXPECT_EQ(profile[0], 0U);
  EXPECT_EQ(profile[1], 65536U);
  EXPECT_EQ(profile[62], 65536U);
  EXPECT_EQ(profile[63], 0U);
}

TEST(AreaMask, RisesSmoothlyWithTheDistanceFromAnEdge) {
  MaskImage mask = filled(32, 255);
  const std::vector<HalfPlane> edge{{1, 0, -10}};  // inside is x >= 10
  area_mask(edge, 8, mask.view());
  EXPECT_EQ(mask.view().row(5)[9], 0);
  EXPECT_EQ(mask.view().row(5)[10], 0);
  EXPECT_EQ(mask.view().row(5)[12], 40);   // t = 1/4: 255 * 5/32 = 39.84
  EXPECT_EQ(mask.view().row(5)[14], 128);  // t = 1/2: 127.5, halves to even
  EXPECT_EQ(mask.view().row(5)[18], 255);
}

TEST(AreaMask, NeverRaisesTheMask) {
  MaskImage mask = filled(16, 7);
  area_mask(std::vector<HalfPlane>{{0, 1, 100}}, 12, mask.view());
  EXPECT_EQ(mask, filled(16, 7));
}

TEST(AreaMask, WithoutEdgesChangesNothing) {
  MaskImage mask = filled(16, 99);
  area_mask({}, 12, mask.view());
  EXPECT_EQ(mask, filled(16, 99));
}

RC_GTEST_PROP(MaskHysteresis, StaysWithinTheBandAndNeverTrails, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const int band = *rc::gen::inRange(0, 40);
  const MaskImage previous = test::random_image<1>(31, 17, seed);
  const MaskImage now = test::random_image<1>(31, 17, seed + 1);
  MaskImage result = now;
  mask_hysteresis(previous.view(), band, result.view());
  for (std::size_t i = 0; i < result.size_bytes(); ++i) {
    const int m = now.data()[i];
    const int r = result.data()[i];
    RC_ASSERT(std::abs(r - m) <= band);
    RC_ASSERT((m != 0 && m != 255) || r == m);
    // The result lies between the previous and the new value.
    RC_ASSERT(std::min<int>(m, previous.data()[i]) <= r && r <= std::max<int>(m, previous.data()[i]));
  }
}

TEST(MaskHysteresis, IgnoresChatterWithinTheBand) {
  MaskImage held = filled(4, 100);
  for (int value : {103, 98, 104, 97}) {
    MaskImage now = filled(4, static_cast<std::uint8_t>(value));
    mask_hysteresis(held.view(), 4, now.view());
    held = now;
    EXPECT_EQ(held.data()[0], 100);
  }
}

}  // namespace
}  // namespace ffbench::reference
