#include "reference/box_mask.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace ffbench::reference {
namespace {

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
  // At 256 FaceFusion's sigma is 9.5 and its border 19 pixels; away from the edge both profiles are
  // the same step, but for the edge's 2.3 % that are taken off here.
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

}  // namespace
}  // namespace ffbench::reference
