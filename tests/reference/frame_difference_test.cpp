#include "reference/frame_difference.hpp"

#include <gtest/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

TEST(SumSquaredDifference, LiteralValues) {
  BgrImage a(2, 1);
  BgrImage b(2, 1);
  const std::uint8_t left[6] = {0, 255, 7, 100, 3, 0};
  const std::uint8_t right[6] = {255, 0, 7, 98, 6, 1};
  std::copy_n(left, 6, a.data());
  std::copy_n(right, 6, b.data());
  EXPECT_EQ(frame_difference(a.view(), b.view()), 2U * 65025 + 4 + 9 + 1);
}

TEST(SumSquaredDifference, IsZeroForEqualImagesAndSymmetric) {
  const BgrImage a = test::noise_image(37, 11, 1);
  const BgrImage b = test::noise_image(37, 11, 2);
  EXPECT_EQ(frame_difference(a.view(), a.view()), 0U);
  EXPECT_EQ(frame_difference(a.view(), b.view()), frame_difference(b.view(), a.view()));
}

TEST(SumSquaredDifference, ExceedsThirtyTwoBits) {
  BgrImage a(256, 128);
  BgrImage b(256, 128);
  std::fill_n(b.data(), b.size_bytes(), std::uint8_t{255});
  EXPECT_EQ(frame_difference(a.view(), b.view()), std::uint64_t{256} * 128 * 3 * 65025);
}

TEST(SumSquaredDifference, LeavesPaddingOut) {
  test::GuardedImage<std::uint8_t, 3> padded(5, 4, 9);
  const BgrImage image = test::noise_image(5, 4, 3);
  copy_pixels<std::uint8_t, 3>(image.view(), padded.view());
  EXPECT_EQ(frame_difference(image.view(), padded.view()), 0U);
}

}  // namespace
}  // namespace ffbench::reference
