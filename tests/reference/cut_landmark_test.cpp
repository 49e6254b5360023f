#include "reference/cut_landmark.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/image.hpp"

namespace ffbench::reference {
namespace {

TEST(CutLandmark, AViewIsTheSmoothedLumaOfThePixelsAroundTheLandmark) {
  BgrImage frame(40, 40);
  std::fill_n(frame.data(), 3 * 40 * 40, std::uint8_t{0});
  frame.view().pixel(20, 21)[1] = 255;  // green: luma 149
  AffineF map;
  map.xt = 20 - view_cut_side / 2;
  map.yt = 20 - view_cut_side / 2;
  const LandmarkView view = cut_landmark(frame.view(), map);
  const auto at = [&](int x, int y) {
    return int{view[static_cast<std::size_t>((view_side / 2 + y) * view_side + view_side / 2 + x)]};
  };
  EXPECT_EQ(at(0, 1), (4 * 149 + 8) >> 4);
  EXPECT_EQ(at(0, 0), (2 * 149 + 8) >> 4);
  EXPECT_EQ(at(1, 1), (2 * 149 + 8) >> 4);
  EXPECT_EQ(at(-1, 2), (149 + 8) >> 4);
  EXPECT_EQ(at(0, -1), 0);
}

}  // namespace
}  // namespace ffbench::reference
