#include "harness/metrics/quality.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "harness/metrics/face_region.hpp"
#include "harness/metrics/pixel_sums.hpp"
#include "support.hpp"

namespace ffbench::metrics {
namespace {

using namespace metrics_test;

constexpr int width = 400;
constexpr int height = 330;
constexpr int frames = 12;

/// A face that moves fast enough to leave its last rectangle's edge behind in every frame.
Point path(int t) {
  return {10.25 + 11.5 * t, 40.5 - 7.0 * t};
}

struct Scene {
  ClipPlan plan = moving_plan(frames, path);
  FaceTrack track = moving_track(frames, path);

  [[nodiscard]] MeterConfig config() const {
    return {width, height, frames, 25, crop_size, template_points, &plan, &plan, &plan, &track, false};
  }
};

MaskImage box_mask() {
  MaskImage mask(crop_size, crop_size);
  for (int y = 20; y < crop_size - 20; ++y) {
    std::fill_n(mask.view().pixel(20, y), crop_size - 40, std::uint8_t{255});
  }
  return mask;
}

}  // namespace

TEST(QualityMeter, FindsNothingWrongWithTheTruthRenderItself) {
  const Scene scene;
  QualityMeter meter(scene.config());
  const MaskImage mask = box_mask();
  const std::vector<FaceMasks> masks{{1, mask.const_view(), mask.const_view()}};
  for (int t = 0; t < frames; ++t) {
    const BgrImage frame = noise_frame(width, height, static_cast<std::uint32_t>(t));
    meter.add_frame({t, frame.const_view(), frame.const_view(), frame.const_view(), nullptr, masks});
  }
  const MeterResult result = meter.finish();
  ASSERT_TRUE(result.truth.has_value());
  EXPECT_DOUBLE_EQ(*result.truth->td_psnr, 148.13080360867912);
  EXPECT_DOUBLE_EQ(*result.truth->fidelity_psnr_min, 148.13080360867912);
  EXPECT_EQ(result.truth->mask_dtssd, 0);
  EXPECT_EQ(result.truth->nmf, 0);
  EXPECT_EQ(result.truth->tpsnr_mean_vs_truth, 0);
  EXPECT_FALSE(result.truth->warp_error_face.has_value());
  EXPECT_EQ(result.quality.motion_energy_error, 0);
  EXPECT_EQ(result.quality.landmark_jitter, result.quality.landmark_jitter_raw);
  ASSERT_TRUE(result.quality.delta_truth.has_value());
  EXPECT_EQ(result.quality.delta_truth->series, std::vector<double>(10, 0.0));
  EXPECT_EQ(result.quality.tpsnr_stride1.series.size(), 11U);
  EXPECT_FALSE(result.quality.delta.has_value());
  EXPECT_FALSE(result.quality.warp_error.has_value());
}

TEST(QualityMeter, KeepsWhatTheFaceRegionOfTheNextFrameNeeds) {
  const Scene scene;
  QualityMeter meter(scene.config());
  const MaskImage mask = box_mask();
  const std::vector<FaceMasks> masks{{1, mask.const_view(), mask.const_view()}};
  std::vector<BgrImage> outputs;
  std::vector<BgrImage> truths;
  for (int t = 0; t < frames; ++t) {
    outputs.push_back(noise_frame(width, height, static_cast<std::uint32_t>(t)));
    truths.push_back(noise_frame(width, height, static_cast<std::uint32_t>(100 + t)));
    meter.add_frame({t, truths.back().const_view(), outputs.back().const_view(), truths.back().const_view(),
                     nullptr, masks});
  }
  // The definition, with all frames at hand.
  std::uint64_t sum = 0;
  std::uint64_t count = 0;
  FaceRegion region(width, height);
  for (std::size_t t = 1; t < frames; ++t) {
    region.clear();
    region.draw(mask.const_view(), scene.plan.frames[t].faces[0].frame_to_crop);
    region.finish();
    for (const PixelRun& run : region.runs()) {
      for (int x = run.x0; x < run.x1; ++x) {
        for (int c = 0; c < 3; ++c) {
          const auto at = [&](const std::vector<BgrImage>& images, std::size_t i) {
            return static_cast<int>(images[i].const_view().pixel(x, run.y)[c]);
          };
          const int d = (at(outputs, t) - at(outputs, t - 1)) - (at(truths, t) - at(truths, t - 1));
          sum += static_cast<std::uint64_t>(d * d);
          ++count;
        }
      }
    }
  }
  EXPECT_DOUBLE_EQ(*meter.finish().truth->td_psnr, psnr(sum, count));
}

TEST(QualityMeter, SeesAFrozenFace) {
  const Scene scene;
  QualityMeter meter(scene.config());
  const BgrImage frozen = noise_frame(width, height, 0);
  for (int t = 0; t < frames; ++t) {
    const BgrImage frame = noise_frame(width, height, static_cast<std::uint32_t>(t));
    meter.add_frame({t, frame.const_view(), frozen.const_view(), frame.const_view(), nullptr, {}});
  }
  const MeterResult result = meter.finish();
  EXPECT_EQ(result.quality.motion_energy, 0);
  EXPECT_GT(*result.quality.motion_energy_input, 1);
  EXPECT_EQ(result.quality.motion_energy_error, 1);
  EXPECT_GT(*result.truth->tpsnr_mean_vs_truth,
            100);  // far "better" than the truth: the reason for two sides
}

TEST(QualityMeter, WithoutTruthAndPlansMeasuresTheWholeFrame) {
  MeterConfig config;
  config.width = width;
  config.height = height;
  config.frame_count = 4;
  config.optical_flow = true;
  QualityMeter meter(config);
  for (int t = 0; t < 4; ++t) {
    const BgrImage frame = flat_frame(width, height, static_cast<std::uint8_t>(100 + 2 * t));
    meter.add_frame({t, frame.const_view(), frame.const_view(), {}, nullptr, {}});
  }
  const MeterResult result = meter.finish();
  EXPECT_FALSE(result.truth.has_value());
  EXPECT_EQ(result.quality.motion_energy, 2);
  EXPECT_EQ(result.quality.flow_error, 0);
  EXPECT_TRUE(result.quality.warp_error.has_value());
  EXPECT_FALSE(result.quality.landmark_jitter.has_value());
  EXPECT_NEAR(result.quality.tpsnr_stride2.mean, 36.0896037821, 1e-9);
}

TEST(QualityMeter, MeasuresClipsWithoutAFace) {
  Scene scene;
  for (std::size_t t = 0; t < frames; ++t) {
    scene.plan.frames[t].faces.clear();
    scene.track.frames[t].faces.clear();
  }
  QualityMeter meter(scene.config());
  const BgrImage frame = noise_frame(width, height, 1);
  for (int t = 0; t < frames; ++t) {
    meter.add_frame({t, frame.const_view(), frame.const_view(), frame.const_view(), nullptr, {}});
  }
  const MeterResult result = meter.finish();
  EXPECT_FALSE(result.truth->td_psnr || result.truth->nmf || result.quality.motion_energy ||
               result.quality.landmark_jitter);
  EXPECT_EQ(result.truth->face_frames, 0);
  EXPECT_GT(result.quality.tpsnr_stride2.mean, 148);
}

TEST(QualityMeter, ComparesWithTheBaseRun) {
  QualityFigures figures;
  figures.tpsnr_stride2.series = {30, 31, 32};
  QualityFigures base;
  base.tpsnr_stride2.series = {30, 30, 30};
  complete_with_base(figures, base, 5);
  EXPECT_EQ(figures.delta->series, (std::vector<double>{0, 1, 2}));
}

TEST(QualityMeter, RefusesWhatDoesNotFit) {
  const Scene scene;
  MeterConfig config = scene.config();
  config.frame_count = frames + 1;
  EXPECT_THROW(QualityMeter{config}, Error);
  config = scene.config();
  config.truth_track = nullptr;
  EXPECT_THROW(QualityMeter{config}, Error);
  config = scene.config();
  config.crop_size = 128;
  EXPECT_THROW(QualityMeter{config}, Error);

  QualityMeter meter(scene.config());
  const BgrImage frame(width, height);
  const BgrImage small(width, height - 1);
  const MaskImage mask(crop_size, crop_size + 1);
  const std::vector<FaceMasks> masks{{1, mask.const_view(), {}}};
  EXPECT_THROW(meter.add_frame({1, frame.const_view(), frame.const_view(), {}, nullptr, {}}), Error);
  EXPECT_THROW(meter.add_frame({0, frame.const_view(), small.const_view(), {}, nullptr, {}}), Error);
  EXPECT_THROW(meter.add_frame({0, frame.const_view(), frame.const_view(), {}, nullptr, masks}), Error);
  meter.add_frame({0, frame.const_view(), frame.const_view(), frame.const_view(), nullptr, {}});
  EXPECT_THROW(meter.add_frame({1, frame.const_view(), frame.const_view(), {}, nullptr, {}}), Error);
}

}  // namespace ffbench::metrics
