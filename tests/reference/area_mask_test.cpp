#include "reference/area_mask.hpp"

#include <vector>

#include <gtest/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

TEST(AreaMask, RisesSmoothlyWithTheDistanceFromAnEdge) {
  MaskImage mask = test::filled_mask(32, 255);
  const std::vector<HalfPlane> edge{{1, 0, -10}};  // inside is x >= 10
  area_mask(edge, 8, mask.view());
  EXPECT_EQ(mask.view().row(5)[9], 0);
  EXPECT_EQ(mask.view().row(5)[10], 0);
  EXPECT_EQ(mask.view().row(5)[12], 40);   // t = 1/4: 255 * 5/32 = 39.84
  EXPECT_EQ(mask.view().row(5)[14], 128);  // t = 1/2: 127.5, halves to even
  EXPECT_EQ(mask.view().row(5)[18], 255);
}

TEST(AreaMask, NeverRaisesTheMask) {
  MaskImage mask = test::filled_mask(16, 7);
  area_mask(std::vector<HalfPlane>{{0, 1, 100}}, 12, mask.view());
  EXPECT_EQ(mask, test::filled_mask(16, 7));
}

TEST(AreaMask, WithoutEdgesChangesNothing) {
  MaskImage mask = test::filled_mask(16, 99);
  area_mask({}, 12, mask.view());
  EXPECT_EQ(mask, test::filled_mask(16, 99));
}

}  // namespace
}  // namespace ffbench::reference
