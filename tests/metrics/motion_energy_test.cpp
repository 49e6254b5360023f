#include "harness/metrics/motion_energy.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "support.hpp"

namespace ffbench::metrics {
namespace {

using namespace metrics_test;

std::optional<double> energy(const std::vector<BgrImage>& frames, const Region& region) {
  MotionEnergy motion(frames[0].width(), frames[0].height());
  for (const BgrImage& frame : frames) {
    motion.add(frame.const_view(), {&region, 1}, {&region, 1});
  }
  return motion.mean();
}

}  // namespace

TEST(MotionEnergy, OfAFrozenPictureIsZero) {
  const BgrImage frame = noise_frame(60, 40, 3);
  EXPECT_EQ(energy({frame, frame, frame}, {10, 10, 20, 20}), 0);
}

TEST(MotionEnergy, OfAChangeOfLightIsTheChange) {
  EXPECT_EQ(energy({flat_frame(9, 8, 10), flat_frame(9, 8, 13), flat_frame(9, 8, 12)}, {0, 0, 9, 8}), 2);
}

TEST(MotionEnergy, OfALineSpreadsOverTheFiltersFiveTaps) {
  BgrImage line(20, 11);
  for (int y = 0; y < 11; ++y) {
    std::fill_n(line.view().pixel(9, y), 3, std::uint8_t{255});
  }
  // 3557 15941 26283 15941 3557, the taps times 255, in 1/256 level.
  const std::vector<BgrImage> frames{BgrImage(20, 11), line};
  EXPECT_DOUBLE_EQ(*energy(frames, {0, 0, 20, 11}), 65279.0 / 256 / 20);
  EXPECT_DOUBLE_EQ(*energy(frames, {9, 3, 1, 4}), 26283.0 / 256);
  EXPECT_DOUBLE_EQ(*energy(frames, {7, 3, 1, 4}), 3557.0 / 256);
  EXPECT_DOUBLE_EQ(*energy(frames, {12, 0, 8, 11}), 0);
}

TEST(MotionEnergy, MirrorsAtTheBorderWithoutRepeatingIt) {
  BgrImage line(20, 11);
  for (int x = 0; x < 20; ++x) {
    std::fill_n(line.view().pixel(x, 1), 3, std::uint8_t{255});
  }
  // Row 0 sees row 1 from above and from below.
  EXPECT_DOUBLE_EQ(*energy({BgrImage(20, 11), line}, {0, 0, 20, 1}), 31883.0 / 256);
}

/// Energy of a line beside each of the four edges, in the row or column at the edge.
TEST(MotionEnergy, MirrorsAtAllFourEdges) {
  constexpr int w = 20;
  constexpr int h = 11;
  const BgrImage dark(w, h);
  for (const int x : {1, w - 2}) {
    BgrImage line(w, h);
    for (int y = 0; y < h; ++y) {
      std::fill_n(line.view().pixel(x, y), 3, std::uint8_t{255});
    }
    const Region edge{x == 1 ? 0 : w - 1, 0, 1, h};
    EXPECT_DOUBLE_EQ(*energy({dark, line}, edge), 31883.0 / 256) << "column " << edge.x;
  }
  for (const int y : {1, h - 2}) {
    BgrImage line(w, h);
    std::fill_n(line.view().row(y), 3 * w, std::uint8_t{255});
    const Region edge{0, y == 1 ? 0 : h - 1, w, 1};
    EXPECT_DOUBLE_EQ(*energy({dark, line}, edge), 31883.0 / 256) << "row " << edge.y;
  }
}

TEST(MotionEnergy, IsAbsentWhereNothingIsCompared) {
  const Region none{};
  MotionEnergy motion(8, 8);
  motion.add(noise_frame(8, 8, 1).const_view(), {&none, 1}, {});
  motion.add(noise_frame(8, 8, 2).const_view(), {}, {});
  EXPECT_FALSE(motion.mean().has_value());
}

// A moving rectangle needs the frame before at its new place, however small the picture.
RC_GTEST_PROP(MotionEnergy, OfARegionIsThatOfTheWholeFilteredFrame, ()) {
  const int width = *rc::gen::inRange(1, 30);
  const int height = *rc::gen::inRange(1, 30);
  const auto region = [&] {
    const int x = *rc::gen::inRange(0, width);
    const int y = *rc::gen::inRange(0, height);
    return Region{x, y, *rc::gen::inRange(1, width - x + 1), *rc::gen::inRange(1, height - y + 1)};
  };
  const std::vector<BgrImage> frames{noise_frame(width, height, 1), noise_frame(width, height, 2)};
  const Region first = region();
  const Region second = region();
  MotionEnergy motion(width, height);
  motion.add(frames[0].const_view(), {&first, 1}, {&second, 1});
  motion.add(frames[1].const_view(), {&second, 1}, {});

  // Pixel by pixel over the whole frame.
  double sum = 0;
  for (int y = second.y; y < second.y + second.height; ++y) {
    for (int x = second.x; x < second.x + second.width; ++x) {
      const Region pixel{x, y, 1, 1};
      sum += *energy(frames, pixel);
    }
  }
  RC_ASSERT(std::abs(*motion.mean() - sum / (second.width * second.height)) < 1e-9);
}

}  // namespace ffbench::metrics
