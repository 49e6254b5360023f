#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/image.hpp"
#include "harness/metrics/quality.hpp"

namespace ffbench::metrics {
namespace {

constexpr int width = 33;
constexpr int height = 5;

/// The score of a clip whose frames have one value each.
std::optional<double> score(const std::vector<std::uint8_t>& values) {
  MeterConfig config;
  config.width = width;
  config.height = height;
  config.frame_count = static_cast<int>(values.size());
  config.frames_per_second = 25;
  config.crop_size = 16;
  QualityMeter meter(config);
  BgrImage frame(width, height);
  for (std::size_t t = 0; t < values.size(); ++t) {
    std::fill_n(frame.data(), frame.size_bytes(), values[t]);
    FrameSample sample;
    sample.index = static_cast<int>(t);
    sample.input = frame.const_view();
    sample.output = frame.const_view();
    meter.add_frame(sample);
  }
  return meter.finish().quality.temporal_flickering;
}

TEST(TemporalFlickering, IsOneLessTheMeanDifferenceOfConsecutiveFrames) {
  // |0 - 10|, |10 - 7|, |7 - 255|: a mean of 87 levels.
  EXPECT_DOUBLE_EQ(*score({0, 10, 7, 255}), 1 - 87.0 / 255);
  EXPECT_EQ(score({0, 255}), 0);
}

TEST(TemporalFlickering, AFrozenClipHasTheBestScoreThereIs) {
  EXPECT_EQ(score({90, 90, 90}), 1);
}

TEST(TemporalFlickering, OneFrameHasNone) {
  EXPECT_EQ(score({90}), std::nullopt);
}

}  // namespace
}  // namespace ffbench::metrics
