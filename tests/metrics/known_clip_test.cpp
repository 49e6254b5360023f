// Every figure of a clip whose pixels, plans and masks are given by whole numbers. The literals
// were computed from the formulas of docs/metrics.md by known_clip.py, which shares no code with
// the metrics; the test `metrics.KnownClipFollowsTheFormulas` computes them again.

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "harness/metrics/quality.hpp"
#include "harness/metrics/truth_plan.hpp"
#include "support.hpp"

namespace ffbench::metrics {
namespace {

using metrics_test::noise;

constexpr int width = 72;
constexpr int height = 56;
constexpr int frames = 40;
constexpr int crop = 16;
constexpr int glitch = 24;
constexpr Landmarks5 template_points{
    {{5.5, 6.25}, {10.5, 6.25}, {8.0, 9.375}, {6.0, 11.875}, {10.0, 11.875}}};

const std::map<std::string, double> expected{
    {"tpsnr_stride1.mean", 21.366710026446487},
    {"tpsnr_stride1.std", 4.388104044719537},
    {"tpsnr_stride1.min", 9.007827543536553},
    {"tpsnr_stride1.tail_mean", 21.194023984817825},
    {"tpsnr_stride1.tail_min", 9.007827543536553},
    {"tpsnr_stride2.mean", 17.63428075128345},
    {"tpsnr_stride2.std", 2.389134667288623},
    {"tpsnr_stride2.min", 8.939577065912712},
    {"tpsnr_stride2.tail_mean", 17.443990677219485},
    {"tpsnr_stride2.tail_min", 8.939577065912712},
    {"tpsnr_seed.mean", 17.07178363113129},
    {"tpsnr_seed.std", 3.0062909119931},
    {"tpsnr_seed.min", 8.939577065912712},
    {"tpsnr_seed.tail_mean", 16.79474665225093},
    {"tpsnr_seed.tail_min", 8.939577065912712},
    {"delta.mean", -0.23275897555568423},
    {"delta.min", -8.88931519619219},
    {"delta.tail_mean", -0.4072411050540226},
    {"delta.outliers", 2},
    {"delta.first_outlier", 24},
    {"delta_truth.mean", -0.26894806321611364},
    {"delta_truth.min", -8.931083990434509},
    {"delta_truth.tail_mean", -0.4436088114977059},
    {"delta_truth.outliers", 2},
    {"delta_truth.first_outlier", 24},
    {"tpsnr_mean_vs_truth", -0.268948063216115},
    {"tpsnr_tail_vs_truth", -0.4436088114977075},
    {"motion_energy", 9.427647407322588},
    {"motion_energy_input", 5.329508952343529},
    {"motion_energy_error", 0.7689523540770107},
    {"temporal_flickering", 0.9522583617967605},
    {"landmark_jitter", 1.1568514939381098},
    {"landmark_jitter_raw", 2.1854269192829485},
    {"td_psnr", 20.274313833302287},
    {"fidelity_psnr", 33.23989848021344},
    {"fidelity_psnr_min", 9.437016818870818},
    {"warp_error_face", 40.19280986111253},
    {"warp_error_seam", 40.90346160354394},
    {"mask_dtssd", 1.301929777566051},
    {"landmark_rms_px", 0.4176361826525641},
    {"nmf", 449.44962499863885},
    {"acceleration_error_px", 0.8515196597727266},
    {"lag", 0.22910248787054677},
    {"peak_error_px", 1.0097184013377194},
    {"residual_4_15hz_px", 0.3028430436118018},
    {"template_residual_px", 0.4397200402166314},
    {"face_frames", 69},
    {"missed_face_frames", 3},
};

std::uint32_t seeded(std::uint32_t seed, std::uint32_t i) {
  return noise(i + seed * 0x9e3779b9U);
}

enum class Kind { input, truth, output };

BgrImage picture(Kind kind, int t) {
  const bool is_output = kind == Kind::output;
  const std::uint32_t amount = kind == Kind::input ? 9 : kind == Kind::truth ? 5 : 7;
  const auto seed = static_cast<std::uint32_t>((kind == Kind::input ? 1000 : is_output ? 3000 : 2000) + t);
  const int shift = is_output && t % 3 == 1 ? t + 1 : t;
  BgrImage image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int moved = x + (c == 0 ? t : shift);
        const int base = 20 + (moved * (3 + c) + y * (5 - c)) % 140 + (is_output && t == glitch ? 85 : 0);
        const std::uint32_t grain =
            seeded(seed, static_cast<std::uint32_t>((y * width + x) * 3 + c)) % amount;
        image.view().pixel(x, y)[c] = static_cast<std::uint8_t>(base + static_cast<int>(grain));
      }
    }
  }
  return image;
}

/// Numbers in 1/256 and 1/16.
struct Place {
  int a, b, x, y;
};

Place place_of(int face, int t) {
  if (face == 1) {
    return {128 + t % 7, 3 * (t % 5) - 6, 16 * 24 + 12 * t, 16 * 26 + 5 * (t % 9)};
  }
  return {140 - t % 4, 10 - 2 * (t % 6), 16 * 50 - 9 * t, 16 * 30 + 7 * (t % 4)};
}

Similarity similarity(const Place& p) {
  const double a = p.a / 256.0;
  const double b = p.b / 256.0;
  const double x = p.x / 16.0;
  const double y = p.y / 16.0;
  return {a, b, 7.5 - (a * x - b * y), 7.5 - (b * x + a * y)};
}

int off(int seed, int t, int face, int size) {
  const auto range = static_cast<std::uint32_t>(2 * size + 1);
  return static_cast<int>(
             seeded(static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(10 * t + face)) % range) -
         size;
}

/// Rounds down, as the place of the frame before lies on either side.
int quarter(int difference) {
  return difference >= 0 ? difference / 4 : -((-difference + 3) / 4);
}

enum class PlanKind { plan, raw, truth };

bool seen(PlanKind kind, int face, int t) {
  if (face == 1) {
    return kind != PlanKind::plan || t != 30;
  }
  return t >= 3 && t < 34 && t != 11 && t != 12 && (kind != PlanKind::plan || (t != 8 && t != 9));
}

bool reset(int face, int t) {
  return t == 0 || (face == 2 && (t == 3 || t == 13 || t == 20));
}

std::optional<Similarity> map_of(PlanKind kind, int face, int t) {
  if (!seen(kind, face, t)) {
    return std::nullopt;
  }
  Place at = place_of(face, t);
  if (kind != PlanKind::truth) {
    const bool plan = kind == PlanKind::plan;
    if (plan) {
      const Place earlier = place_of(face, std::max(t - 1, 0));
      at.x += quarter(earlier.x - at.x);
      at.y += quarter(earlier.y - at.y);
    }
    at.x += off(plan ? 7 : 8, t, face, plan ? 6 : 14);
    at.y += off(plan ? 27 : 28, t, face, plan ? 6 : 14);
  }
  return similarity(at);
}

ClipPlan plan_of(PlanKind kind) {
  ClipPlan plan;
  plan.crop_size = crop;
  for (int t = 0; t < frames; ++t) {
    FramePlan& frame = plan.frames.emplace_back();
    for (int face : {1, 2}) {
      if (const std::optional<Similarity> map = map_of(kind, face, t)) {
        FacePlan& made = frame.faces.emplace_back();
        made.face_id = face;
        made.frame_to_crop = *map;
        made.reset = reset(face, t);
        if (face == 1) {
          made.mask_polygon = {{3, 2}, {12, 3}, {13, 12}, {2, 13}};
        }
      }
    }
  }
  return plan;
}

FaceTrack truth_track(const ClipPlan& truth) {
  FaceTrack track;
  for (int t = 0; t < frames; ++t) {
    TrackFrame& frame = track.frames.emplace_back();
    for (const FacePlan& plan : truth.frames[static_cast<std::size_t>(t)].faces) {
      TrackedFace& face = frame.faces.emplace_back();
      face.id = plan.face_id;
      const bool first = face.id == 1;
      face.box = {3, 4, 3.0 + (first ? 30 + t % 5 : 26), 4.0 + (first ? 37 : 33 + t % 3)};
      const Similarity back = plan.frame_to_crop.inverse();
      for (std::size_t i = 0; i < template_points.size(); ++i) {
        const Point p = back.apply(template_points[i]);
        const int point = static_cast<int>(i);
        face.landmarks5[i] = {p.x + off(60 + point, t, face.id, 8) / 16.0,
                              p.y + off(70 + point, t, face.id, 8) / 16.0};
      }
    }
  }
  return track;
}

MaskImage mask_of(bool output, int face, int t) {
  MaskImage mask(crop, crop);
  for (int v = 0; v < crop; ++v) {
    for (int u = 0; u < crop; ++u) {
      const int d =
          std::max(std::abs(2 * u - 15), std::abs(2 * v - 15)) + (std::abs(u - v) + std::abs(u + v - 15)) / 4;
      const auto index = static_cast<std::uint32_t>(1000 * t + 300 * face + v * crop + u);
      const int wobble = static_cast<int>(seeded(output ? 51 : 50, index) % 9);
      *mask.view().pixel(u, v) = static_cast<std::uint8_t>(d > 13  ? 0
                                                           : d < 8 ? 255
                                                                   : 40 + 12 * (13 - d) + wobble);
    }
  }
  return mask;
}

TruthMaps maps_of(int t) {
  TruthMaps maps;
  maps.flow = FlowImage(width, height);
  maps.flow_valid = MaskImage(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const std::uint32_t bits =
          seeded(static_cast<std::uint32_t>(4000 + t), static_cast<std::uint32_t>(y * width + x));
      maps.flow.view().pixel(x, y)[0] = static_cast<float>(static_cast<int>(bits % 2049) - 1536) / 512;
      maps.flow.view().pixel(x, y)[1] = static_cast<float>(static_cast<int>((bits >> 12) % 1025) - 512) / 512;
      *maps.flow_valid.view().pixel(x, y) = bits >> 24 > 40 ? 255 : 0;
    }
  }
  return maps;
}

MeterResult measured() {
  const ClipPlan plan = plan_of(PlanKind::plan);
  const ClipPlan raw = plan_of(PlanKind::raw);
  const ClipPlan truth = plan_of(PlanKind::truth);
  const FaceTrack track = truth_track(truth);
  QualityMeter meter({width, height, frames, 25, crop, template_points, &plan, &raw, &truth, &track, false});
  MeterConfig config_of_input;
  config_of_input.width = width;
  config_of_input.height = height;
  config_of_input.frame_count = frames;
  QualityMeter base(config_of_input);
  std::vector<TruthMaps> maps;
  for (int t = 0; t < frames; ++t) {
    maps.push_back(maps_of(t));
  }
  for (int t = 0; t < frames; ++t) {
    const BgrImage input = picture(Kind::input, t);
    const BgrImage output = picture(Kind::output, t);
    const BgrImage rendered = picture(Kind::truth, t);
    const MaskImage masks[4] = {mask_of(true, 1, t), mask_of(false, 1, t), mask_of(true, 2, t),
                                mask_of(false, 2, t)};
    std::vector<FaceMasks> face_masks;
    for (int face : {1, 2}) {
      const MaskImage& own = masks[2 * face - 2];
      const bool in_plan = seen(PlanKind::plan, face, t);
      face_masks.push_back(
          {face, in_plan ? own.const_view() : ConstMaskView{}, masks[2 * face - 1].const_view()});
    }
    meter.add_frame({t, input.const_view(), output.const_view(), rendered.const_view(),
                     &maps[static_cast<std::size_t>(t)], face_masks});
    base.add_frame({t, input.const_view(), input.const_view(), {}, nullptr, {}});
  }
  MeterResult result = meter.finish();
  complete_with_base(result.quality, base.finish().quality, frames);
  return result;
}

std::map<std::string, double> by_name(const MeterResult& result) {
  std::map<std::string, double> figures;
  const QualityFigures& q = result.quality;
  for (const auto& [name, tpsnr] : {std::pair{std::string("tpsnr_stride1"), &q.tpsnr_stride1},
                                    std::pair{std::string("tpsnr_stride2"), &q.tpsnr_stride2},
                                    std::pair{std::string("tpsnr_seed"), &q.tpsnr_seed}}) {
    figures[name + ".mean"] = tpsnr->mean;
    figures[name + ".std"] = tpsnr->std;
    figures[name + ".min"] = tpsnr->min;
    figures[name + ".tail_mean"] = tpsnr->tail_mean;
    figures[name + ".tail_min"] = tpsnr->tail_min;
  }
  for (const auto& [name, delta] :
       {std::pair{std::string("delta"), &q.delta}, std::pair{std::string("delta_truth"), &q.delta_truth}}) {
    figures[name + ".mean"] = (*delta)->mean;
    figures[name + ".min"] = (*delta)->min;
    figures[name + ".tail_mean"] = (*delta)->tail_mean;
    figures[name + ".outliers"] = static_cast<double>((*delta)->outliers.size());
    figures[name + ".first_outlier"] = (*delta)->outliers.empty() ? -1 : (*delta)->outliers[0].frame;
  }
  const auto put = [&](const char* name, const auto& value) {
    if (value) {
      figures[name] = static_cast<double>(*value);
    }
  };
  put("motion_energy", q.motion_energy);
  put("motion_energy_input", q.motion_energy_input);
  put("motion_energy_error", q.motion_energy_error);
  put("temporal_flickering", q.temporal_flickering);
  put("landmark_jitter", q.landmark_jitter);
  put("landmark_jitter_raw", q.landmark_jitter_raw);
  const TruthFigures& truth = *result.truth;
  put("td_psnr", truth.td_psnr);
  put("fidelity_psnr", truth.fidelity_psnr);
  put("fidelity_psnr_min", truth.fidelity_psnr_min);
  put("landmark_rms_px", truth.landmark_rms_px);
  put("nmf", truth.nmf);
  put("acceleration_error_px", truth.acceleration_error_px);
  put("lag", truth.lag);
  put("peak_error_px", truth.peak_error_px);
  put("residual_4_15hz_px", truth.residual_4_15hz_px);
  put("warp_error_face", truth.warp_error_face);
  put("warp_error_seam", truth.warp_error_seam);
  put("mask_dtssd", truth.mask_dtssd);
  put("template_residual_px", truth.template_residual_px);
  put("tpsnr_mean_vs_truth", truth.tpsnr_mean_vs_truth);
  put("tpsnr_tail_vs_truth", truth.tpsnr_tail_vs_truth);
  put("face_frames", truth.face_frames);
  put("missed_face_frames", truth.missed_face_frames);
  return figures;
}

}  // namespace

TEST(KnownClip, EveryFigureIsThatOfItsFormula) {
  const std::map<std::string, double> figures = by_name(measured());
  for (const auto& [name, value] : expected) {
    ASSERT_TRUE(figures.contains(name)) << name << " was not measured";
    EXPECT_NEAR(figures.at(name), value, 1e-9 * std::max(1.0, std::abs(value))) << name;
  }
  EXPECT_EQ(figures.size(), expected.size());
}

TEST(KnownClip, WhatThePlanChangesOfTheRawPlan) {
  TruthFigures figures;
  figures.nmf = 12;
  figures.td_psnr = 31;
  figures.peak_error_px = 3;
  figures.landmark_rms_px = 1;
  TruthFigures raw;
  raw.nmf = 48;
  raw.td_psnr = 24.5;
  raw.peak_error_px = 4;
  raw.landmark_rms_px = 2;
  complete_with_raw(figures, raw);
  EXPECT_EQ(figures.nmf_raw, 48);
  EXPECT_EQ(figures.nmf_reduction, 0.75);
  EXPECT_EQ(figures.td_psnr_raw, 24.5);
  EXPECT_EQ(figures.td_psnr_gain, 6.5);
  EXPECT_EQ(figures.peak_error_raw_px, 4);
  EXPECT_EQ(figures.peak_error_ratio, 0.75);
  EXPECT_EQ(figures.landmark_rms_raw_px, 2);
}

TEST(KnownClip, DeltasAreThoseAtStrideTwoAndNameTheLaterFrame) {
  QualityFigures figures;
  figures.tpsnr_stride1.series = std::vector<double>(39, 50.0);
  figures.tpsnr_stride2.series = std::vector<double>(38, 30.0);
  figures.tpsnr_stride2.series[7] = 20;  // the pair of the frames 7 and 9, the last before the tail
  figures.tpsnr_stride2.series[8] = 20;
  QualityFigures base;
  base.tpsnr_stride1.series = std::vector<double>(39, 10.0);
  base.tpsnr_stride2.series = std::vector<double>(38, 29.0);
  complete_with_base(figures, base, 40);
  ASSERT_TRUE(figures.delta);
  EXPECT_EQ(figures.delta->series.size(), 38U);
  EXPECT_EQ(figures.delta->series[0], 1);
  ASSERT_EQ(figures.delta->outliers.size(), 2U);
  EXPECT_EQ(figures.delta->outliers[0].frame, 9);
  EXPECT_FALSE(figures.delta->outliers[0].tail);
  EXPECT_EQ(figures.delta->outliers[1].frame, 10);
  EXPECT_TRUE(figures.delta->outliers[1].tail);

  TruthFigures truth;
  TpsnrFigures rendered;
  rendered.series = base.tpsnr_stride2.series;
  rendered.mean = 29;
  rendered.tail_mean = 28;
  figures.tpsnr_stride2.mean = 31;
  figures.tpsnr_stride2.tail_mean = 32;
  complete_with_truth_tpsnr(figures, truth, rendered, 40);
  EXPECT_EQ(figures.delta_truth->series, figures.delta->series);
  EXPECT_EQ(figures.delta_truth->outliers.at(0).frame, 9);
  EXPECT_EQ(truth.tpsnr_mean_vs_truth, 2);
  EXPECT_EQ(truth.tpsnr_tail_vs_truth, 4);
}

}  // namespace ffbench::metrics
