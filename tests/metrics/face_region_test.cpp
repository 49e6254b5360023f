#include "harness/metrics/face_region.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "harness/metrics/regions.hpp"
#include "support.hpp"

namespace ffbench::metrics {
namespace {

using namespace metrics_test;

MaskImage full_mask(int size) {
  MaskImage mask(size, size);
  std::fill_n(mask.data(), mask.size_bytes(), std::uint8_t{255});
  return mask;
}

std::uint64_t count(const FaceRegion& region, FaceRegion::Cover cover) {
  std::uint64_t pixels = 0;
  for (int y = 0; y < region.cover().height; ++y) {
    for (int x = 0; x < region.cover().width; ++x) {
      pixels += *region.cover().pixel(x, y) == cover ? 1 : 0;
    }
  }
  return pixels;
}

}  // namespace

TEST(FaceRegion, OnWholePixelsIsTheMaskItself) {
  FaceRegion region(12, 10);
  region.draw(full_mask(4).const_view(), {1, 0, -3, -2});
  region.finish();
  EXPECT_EQ(region.pixels(), 16U);
  ASSERT_EQ(region.runs().size(), 4U);
  EXPECT_EQ(region.runs()[0], (PixelRun{2, 3, 7}));
  EXPECT_EQ(region.runs()[3], (PixelRun{5, 3, 7}));
  EXPECT_EQ(count(region, FaceRegion::full), 16U);
}

TEST(FaceRegion, OnHalfPixelsHasASeamWhereTheBorderOfZerosMixesIn) {
  FaceRegion region(12, 10);
  region.draw(full_mask(4).const_view(), {1, 0, -3.5, -2.5});
  region.finish();
  EXPECT_EQ(region.pixels(), 25U);
  EXPECT_EQ(count(region, FaceRegion::full), 9U);
  EXPECT_EQ(count(region, FaceRegion::seam), 16U);
}

TEST(FaceRegion, HasARunOnEitherSideOfAHole) {
  MaskImage mask = full_mask(20);
  for (int x = 4; x < 15; ++x) {
    *mask.view().pixel(x, 9) = 0;
  }
  FaceRegion region(30, 30);
  region.draw(mask.const_view(), {});
  region.finish();
  EXPECT_EQ(region.pixels(), 400U - 11U);
  EXPECT_EQ(region.runs().size(), 21U);
}

TEST(FaceRegion, TakesTheGreaterCoverWhereFacesMeetAndForgetsThemWhenCleared) {
  FaceRegion region(20, 20);
  MaskImage half = full_mask(4);
  std::fill_n(half.data(), half.size_bytes(), std::uint8_t{128});
  region.draw(full_mask(4).const_view(), {1, 0, -3, -3});
  region.draw(half.const_view(), {1, 0, -5, -3});
  region.finish();
  EXPECT_EQ(region.pixels(), 24U);
  EXPECT_EQ(count(region, FaceRegion::full), 16U);
  EXPECT_EQ(count(region, FaceRegion::seam), 8U);
  region.clear();
  region.finish();
  EXPECT_EQ(region.pixels(), 0U);
  EXPECT_TRUE(region.runs().empty());
  EXPECT_EQ(count(region, FaceRegion::none), 400U);
}

TEST(FaceRegion, OutsideTheFrameIsEmpty) {
  FaceRegion region(20, 20);
  region.draw(full_mask(4).const_view(), {1, 0, -300, 50000});
  region.draw(full_mask(4).const_view(), {1, 0, 2, 2});  // two columns and rows are left
  region.finish();
  EXPECT_EQ(region.pixels(), 4U);
}

// Against the definition, sample by sample.
RC_GTEST_PROP(FaceRegion, IsWhereTheWarpedMaskIsNotZero, ()) {
  const int size = *rc::gen::inRange(1, 24);
  MaskImage mask(size, size);
  for (std::size_t i = 0; i < mask.size_bytes(); ++i) {
    mask.data()[i] = *rc::gen::element<std::uint8_t>(0, 0, 0, 7, 255, 255, 255, 255);
  }
  const auto coefficient = [] { return *rc::gen::inRange(-512, 513) / 256.0; };
  const auto shift = [] { return *rc::gen::inRange(-20 * 256, 20 * 256) / 256.0; };
  // Multiples of 1/256: no position is rounded.
  Similarity map{coefficient(), coefficient(), shift(), shift()};
  RC_PRE(map.a != 0 || map.b != 0);
  FaceRegion region(31, 23);
  region.draw(mask.const_view(), map);
  region.finish();
  const auto at = [&](double x, double y) {
    return x < 0 || y < 0 || x >= size || y >= size
               ? 0.0
               : static_cast<double>(*mask.view().pixel(static_cast<int>(x), static_cast<int>(y)));
  };
  std::uint64_t pixels = 0;
  for (int y = 0; y < 23; ++y) {
    for (int x = 0; x < 31; ++x) {
      const Point p = map.apply({static_cast<double>(x), static_cast<double>(y)});
      const double u = std::floor(p.x);
      const double v = std::floor(p.y);
      const double fx = p.x - u;
      const double fy = p.y - v;
      const double value = (1 - fy) * ((1 - fx) * at(u, v) + fx * at(u + 1, v)) +
                           fy * ((1 - fx) * at(u, v + 1) + fx * at(u + 1, v + 1));
      const int expected = value == 0 ? FaceRegion::none : value == 255 ? FaceRegion::full : FaceRegion::seam;
      RC_ASSERT(static_cast<int>(*region.cover().pixel(x, y)) == expected);
      pixels += value == 0 ? 0 : 1;
    }
  }
  RC_ASSERT(region.pixels() == pixels);
}

TEST(Regions, AreCutToTheFrame) {
  EXPECT_EQ(pixels_of({-5, 2.5, 3.2, 4}, 10, 8), (Region{0, 2, 4, 3}));
  EXPECT_TRUE(pixels_of({20, 2, 30, 4}, 10, 8).empty());
  EXPECT_EQ(pixels_of({-1e300, -1e300, 1e300, 1e300}, 10, 8), (Region{0, 0, 10, 8}));
  EXPECT_EQ(grown({2, 2, 3, 3}, 3, 10, 7), (Region{0, 0, 8, 7}));
}

TEST(Regions, ThatOverlapAreMerged) {
  std::vector<Region> regions{{0, 0, 4, 4}, {10, 10, 2, 2}, {3, 3, 8, 2}, {}, {20, 0, 1, 1}, {10, 4, 1, 7}};
  merge_overlapping(regions);
  ASSERT_EQ(regions.size(), 2U);
  EXPECT_EQ(regions[0], (Region{0, 0, 12, 12}));
  EXPECT_EQ(regions[1], (Region{20, 0, 1, 1}));
}

TEST(Regions, OfAPlanHoldEveryPixelOfItsFaceRegion) {
  FacePlan plan;
  plan.frame_to_crop = {0.7, 0.3, -11.3, -4.2};
  const Region region = crop_region(plan, 32, 90, 70);
  FaceRegion face(90, 70);
  face.draw(full_mask(32).const_view(), plan.frame_to_crop);
  face.finish();
  EXPECT_GT(face.pixels(), 1000U);
  for (const PixelRun& run : face.runs()) {
    EXPECT_EQ(intersect(region, {run.x0, run.y, run.x1 - run.x0, 1}).width, run.x1 - run.x0);
  }
}

}  // namespace ffbench::metrics
