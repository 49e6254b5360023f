#include "harness/metrics/tpsnr.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/error.hpp"
#include "support.hpp"

namespace ffbench::metrics {
namespace {

using namespace metrics_test;

constexpr double identical = 148.13080360867912;  // 10 log10(255^2 / 1e-10)
constexpr double mse_of_1 = 48.130803608244804;   // 10 log10(255^2 / 1)
constexpr double mse_of_9 = 38.5883785142376;

TpsnrFigures of(const std::vector<BgrImage>& frames, int stride) {
  TemporalPsnr tpsnr({stride}, frames[0].width(), frames[0].height());
  for (const BgrImage& frame : frames) {
    tpsnr.add(frame.const_view());
  }
  return tpsnr.figures(stride);
}

}  // namespace

TEST(TemporalPsnr, IsThatOfTheMeanSquaredDifferenceOverAllChannels) {
  const TpsnrFigures figures = of({flat_frame(7, 5, 10), flat_frame(7, 5, 13)}, 1);
  ASSERT_EQ(figures.series.size(), 1U);
  EXPECT_DOUBLE_EQ(figures.series[0], mse_of_9);
  BgrImage one_channel = flat_frame(1, 1, 10);
  one_channel.data()[1] = 13;  // squares 0, 9, 0: mse 3
  EXPECT_DOUBLE_EQ(of({flat_frame(1, 1, 10), one_channel}, 1).series[0], 43.35959106133771);
}

TEST(TemporalPsnr, SeesAFlickerOfPeriodTwoAtStrideOneAlone) {
  std::vector<BgrImage> frames;
  for (int t = 0; t < 8; ++t) {
    frames.push_back(flat_frame(16, 16, t % 2 == 0 ? 100 : 101));
  }
  EXPECT_DOUBLE_EQ(of(frames, 1).mean, mse_of_1);
  EXPECT_DOUBLE_EQ(of(frames, 2).mean, identical);
  EXPECT_EQ(of(frames, 1).series.size(), 7U);
  EXPECT_EQ(of(frames, 2).series.size(), 6U);
}

TEST(TemporalPsnr, ComparesEachFrameWithTheOneAStrideBefore) {
  const TpsnrFigures figures =
      of({flat_frame(4, 4, 10), flat_frame(4, 4, 20), flat_frame(4, 4, 13), flat_frame(4, 4, 21)}, 2);
  ASSERT_EQ(figures.series.size(), 2U);
  EXPECT_DOUBLE_EQ(figures.series[0], mse_of_9);
  EXPECT_DOUBLE_EQ(figures.series[1], mse_of_1);
}

TEST(TemporalPsnr, AtSeveralStridesIsThatOfEachAlone) {
  std::vector<BgrImage> frames;
  TemporalPsnr together({3, 1, 2}, 4, 4);
  for (int t = 0; t < 9; ++t) {
    frames.push_back(flat_frame(4, 4, t * t % 17));
    together.add(frames.back().const_view());
  }
  for (const int stride : {1, 2, 3}) {
    EXPECT_EQ(together.figures(stride).series, of(frames, stride).series) << stride;
  }
  EXPECT_THROW(static_cast<void>(together.figures(4)), Error);
}

TEST(TemporalPsnr, LooksAtTheCentre640SquareAlone) {
  EXPECT_EQ(tpsnr_region(1920, 1080), (Region{640, 220, 640, 640}));
  EXPECT_EQ(tpsnr_region(641, 640), (Region{0, 0, 640, 640}));
  EXPECT_EQ(tpsnr_region(320, 1000), (Region{0, 180, 320, 640}));
  EXPECT_EQ(tpsnr_region(33, 21), (Region{0, 0, 33, 21}));

  BgrImage outside = flat_frame(650, 20, 50);
  *outside.view().pixel(4, 3) = 255;
  EXPECT_DOUBLE_EQ(of({flat_frame(650, 20, 50), outside}, 1).mean, identical);
  BgrImage inside = flat_frame(650, 20, 50);
  *inside.view().pixel(5, 3) = 255;
  EXPECT_LT(of({flat_frame(650, 20, 50), inside}, 1).mean, 100);
}

TEST(TemporalPsnr, HasAnEmptySeriesWhereAClipIsNotLongerThanTheStride) {
  for (const int frames : {1, 2}) {
    const TpsnrFigures figures =
        of(std::vector<BgrImage>(static_cast<std::size_t>(frames), BgrImage(3, 3)), 2);
    EXPECT_TRUE(figures.series.empty());
    EXPECT_EQ(figures.mean, 0);
    EXPECT_EQ(figures.std, 0);
    EXPECT_EQ(figures.tail_min, 0);
  }
}

TEST(TemporalPsnr, RefusesAFrameOfAnotherSizeAndAStrideOfNothing) {
  TemporalPsnr tpsnr({1}, 4, 4);
  EXPECT_THROW(tpsnr.add(BgrImage(4, 5).const_view()), Error);
  EXPECT_THROW(TemporalPsnr({0}, 4, 4), Error);
}

TEST(TpsnrSummary, TakesThePopulationDeviation) {
  const TpsnrFigures figures = summarise_tpsnr({20, 22, 24, 30}, 1, 5);
  EXPECT_DOUBLE_EQ(figures.mean, 24);
  EXPECT_DOUBLE_EQ(figures.std, 3.7416573867739413);  // sqrt(56 / 4)
  EXPECT_DOUBLE_EQ(figures.min, 20);
}

TEST(TpsnrSummary, CountsAPairToTheTailFromTheThirtiethLastFrameOn) {
  EXPECT_FALSE(in_tail(9, 40));
  EXPECT_TRUE(in_tail(10, 40));
  // 40 frames at stride 2: the pair that ends at frame 9 is number 7, the first of the tail number
  // 8.
  std::vector<double> series(38, 30.0);
  series[7] = 10;
  EXPECT_DOUBLE_EQ(summarise_tpsnr(series, 2, 40).tail_min, 30);
  EXPECT_DOUBLE_EQ(summarise_tpsnr(series, 2, 40).min, 10);
  series[8] = 0;
  EXPECT_DOUBLE_EQ(summarise_tpsnr(series, 2, 40).tail_min, 0);
  EXPECT_DOUBLE_EQ(summarise_tpsnr(series, 2, 40).tail_mean, 29);  // 29 of 30 pairs have 30 dB
}

TEST(SeedTpsnr, PairsDoNotOverlap) {
  // 151 frames: 149 pairs of frames two apart, of which every other one begins at an even frame.
  std::vector<double> series(149);
  for (std::size_t i = 0; i < series.size(); ++i) {
    series[i] = i % 2 == 0 ? 20 + 0.01 * static_cast<double>(i) : 5;
  }
  const TpsnrFigures figures = seed_tpsnr(series, 151);
  ASSERT_EQ(figures.series.size(), 75U);
  EXPECT_DOUBLE_EQ(figures.series[74], 21.48);
  EXPECT_DOUBLE_EQ(figures.min, 20);
  EXPECT_NEAR(figures.mean, 20.74, 1e-12);
  // The tail: later frames 122, 124 ... 150, that is pairs that begin at 120 ... 148.
  EXPECT_DOUBLE_EQ(figures.tail_min, 21.2);
  EXPECT_NEAR(figures.tail_mean, 21.34, 1e-12);
}

TEST(SeedTpsnr, IsWhatTheSeedsLoopComputes) {
  std::vector<BgrImage> frames;
  for (std::uint32_t t = 0; t < 8; ++t) {
    frames.push_back(noise_frame(9, 5, t));
  }
  std::vector<BgrImage> every_second;
  for (std::size_t i = 0; i < frames.size(); i += 2) {
    every_second.push_back(frames[i]);
  }
  EXPECT_EQ(seed_tpsnr(of(frames, 2).series, 8).series, of(every_second, 1).series);
}

RC_GTEST_PROP(TemporalPsnr, IsTheSameForAClipPlayedBackwards, ()) {
  const int width = *rc::gen::inRange(1, 40);
  const int height = *rc::gen::inRange(1, 40);
  const int stride = *rc::gen::inRange(1, 4);
  std::vector<BgrImage> frames;
  for (std::uint32_t t = 0; t < 7; ++t) {
    frames.push_back(noise_frame(width, height, *rc::gen::inRange(0U, 5U)));
  }
  std::vector<double> forward = of(frames, stride).series;
  std::reverse(frames.begin(), frames.end());
  std::reverse(forward.begin(), forward.end());
  RC_ASSERT(of(frames, stride).series == forward);
}

RC_GTEST_PROP(TemporalPsnr, OfAStandingPictureIsTheCeiling, ()) {
  const int width = *rc::gen::inRange(1, 700);
  const BgrImage frame = noise_frame(width, *rc::gen::inRange(1, 9), *rc::gen::arbitrary<std::uint32_t>());
  RC_ASSERT(of({frame, frame}, 1).mean == identical);
}

}  // namespace ffbench::metrics
