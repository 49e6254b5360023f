#include "harness/metrics/truth_plan.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "harness/metrics/landmark_jitter.hpp"
#include "support.hpp"

namespace ffbench::metrics {
namespace {

using namespace metrics_test;
using Path = std::function<Point(int)>;

/// Figures of a plan that follows `plan` where the truth follows `truth`, on a face of 256 x 256
/// px.
TruthFigures measured(int frames, const Path& plan, const Path& truth, double frames_per_second = 25) {
  const ClipPlan p = moving_plan(frames, plan);
  const ClipPlan g = moving_plan(frames, truth);
  const FaceTrack track = moving_track(frames, truth);
  TruthFigures figures;
  measure_plan({p, g, track, template_points, frames_per_second}, figures);
  return figures;
}

Point still(int /*frame*/) {
  return {100, 50};
}

Point ramp(int t) {
  return {10.0 + 2.0 * t, 20};
}

/// Period 50 frames.
Point sinusoid(int t) {
  return {1000 * std::sin(2 * std::numbers::pi * t / 50), 0};
}

/// Stands, moves 4 px a frame into frames 20 to 29, stands.
Point turn(int t) {
  return {4.0 * std::clamp(t - 19, 0, 10), 0};
}

Path delayed(const Path& path, int frames) {
  return [path, frames](int t) { return path(t - frames); };
}

Path alternating(const Path& path) {
  return [path](int t) {
    const Point p = path(t);
    return Point{p.x + (t % 2 == 0 ? 0.5 : -0.5), p.y};
  };
}

}  // namespace

TEST(PlanFigures, OfTheTruthPlanItselfAreZero) {
  const TruthFigures figures = measured(60, turn, turn);
  EXPECT_EQ(figures.landmark_rms_px, 0);
  EXPECT_EQ(figures.nmf, 0);
  EXPECT_EQ(figures.acceleration_error_px, 0);
  EXPECT_EQ(figures.lag, 0);
  EXPECT_EQ(figures.peak_error_px, 0);
  EXPECT_EQ(figures.residual_4_15hz_px, 0);
  EXPECT_EQ(figures.template_residual_px, 0);
  EXPECT_EQ(figures.face_frames, 60);
  EXPECT_EQ(figures.missed_face_frames, 0);
}

TEST(PlanFigures, OfAConstantOffsetAreAnErrorButNoJitter) {
  const TruthFigures figures = measured(
      20,
      [](int) {
        return Point{103, 54};
      },
      still);
  EXPECT_DOUBLE_EQ(*figures.landmark_rms_px, 5);
  EXPECT_DOUBLE_EQ(*figures.nmf, 0);
  EXPECT_DOUBLE_EQ(*figures.acceleration_error_px, 0);
}

TEST(PlanFigures, OfHalfAPixelAlternatingAreKnown) {
  // e = +-0.5: every difference is 1 px, every second difference 2 px.
  const TruthFigures figures = measured(40, alternating(still), still);
  EXPECT_NEAR(*figures.landmark_rms_px, 0.5, 1e-12);
  EXPECT_NEAR(*figures.nmf, 100, 1e-9);
  EXPECT_NEAR(*figures.acceleration_error_px, 2, 1e-12);
}

TEST(PlanFigures, GiveJitterOnAFaceOf256Pixels) {
  const ClipPlan plan = moving_plan(10, alternating(still));
  const ClipPlan truth = moving_plan(10, still);
  FaceTrack track = moving_track(10, still);
  for (TrackFrame& frame : track.frames) {
    // sqrt(256 * 1024) = 512: twice as large a face, half the jitter
    frame.faces[0].box = {0, 0, 256, 1024};
  }
  TruthFigures figures;
  measure_plan({plan, truth, track, template_points, 25}, figures);
  EXPECT_NEAR(*figures.nmf, 50, 1e-9);
}

TEST(Lag, OfADelayedPlanIsTheDelayWhereTheSpeedIsConstant) {
  for (const int k : {1, 3, 6}) {
    EXPECT_NEAR(*measured(60, delayed(ramp, k), ramp).lag, k, 1e-12);
  }
  EXPECT_NEAR(*measured(60, delayed(ramp, -2), ramp).lag, -2, 1e-12);
}

TEST(Lag, OfADelayedPlanOnASinusoidIsTheLeastSquaresValue) {
  // With c(j) = cos(2 pi j / 50): (c(k-1) - c(k) - c(1) + 1) / (2 - 2 c(1)), over two whole
  // periods.
  EXPECT_NEAR(*measured(101, delayed(sinusoid, 1), sinusoid).lag, 1, 1e-9);
  EXPECT_NEAR(*measured(101, delayed(sinusoid, 2), sinusoid).lag, 1.992114701314492, 1e-9);
  EXPECT_NEAR(*measured(101, delayed(sinusoid, 6), sinusoid).lag, 5.5757980227502, 1e-9);
}

TEST(Lag, LooksAtMovingFramesAlone) {
  EXPECT_FALSE(measured(60, still, still).lag.has_value());
  // 0.2 px a frame is below the threshold on a face of 256 px.
  const Path slow = [](int t) { return Point{0.2 * t, 0}; };
  EXPECT_FALSE(measured(60, slow, slow).lag.has_value());
  // Ten moving frames; errors while the face stands have no part.
  const Path disturbed = [](int t) { return Point{turn(t - 1).x + (t > 35 ? 50.0 : 0.0), 0}; };
  EXPECT_NEAR(*measured(60, disturbed, turn).lag, 1, 1e-12);
}

TEST(PeakTurnError, OfALaggingPlanIsSpeedTimesLag) {
  EXPECT_NEAR(*measured(60, delayed(turn, 6), turn).peak_error_px, 24, 1e-9);
}

TEST(PeakTurnError, CountsTheTurnAndThreeFramesAfterIt) {
  const auto spike_at = [](int frame) {
    return [frame](int t) { return Point{turn(t).x + (t == frame ? 100.0 : 0.0), 0}; };
  };
  EXPECT_NEAR(*measured(60, spike_at(19), turn).peak_error_px, 0, 1e-9);
  EXPECT_NEAR(*measured(60, spike_at(20), turn).peak_error_px, 100, 1e-9);
  EXPECT_NEAR(*measured(60, spike_at(32), turn).peak_error_px, 100, 1e-9);
  EXPECT_NEAR(*measured(60, spike_at(33), turn).peak_error_px, 0, 1e-9);
}

TEST(PeakTurnError, IsAbsentWhereNothingTurns) {
  EXPECT_FALSE(measured(60, alternating(still), still).peak_error_px.has_value());
}

TEST(Residual, OfASineInTheBandIsItsEffectiveValue) {
  const auto shaking = [](double hz) {
    return [hz](int t) { return Point{100 + std::sin(2 * std::numbers::pi * hz * t / 24), 50}; };
  };
  EXPECT_NEAR(*measured(96, shaking(6), still, 24).residual_4_15hz_px, std::numbers::sqrt2 / 2, 1e-9);
  EXPECT_NEAR(*measured(96, shaking(2), still, 24).residual_4_15hz_px, 0, 1e-9);
  // At 96 frames a second the same frames shake at 24 Hz, beyond the band.
  EXPECT_NEAR(*measured(96, shaking(6), still, 96).residual_4_15hz_px, 0, 1e-9);
}

TEST(Residual, LeavesOutStretchesTooShortForTheBand) {
  EXPECT_FALSE(measured(15, alternating(still), still, 25).residual_4_15hz_px.has_value());
  EXPECT_TRUE(measured(16, alternating(still), still, 25).residual_4_15hz_px.has_value());
  EXPECT_FALSE(measured(29, alternating(still), still, 60).residual_4_15hz_px.has_value());
}

TEST(BandRms, CountsTheNyquistFrequencyOnce) {
  std::vector<double> series;
  for (int t = 0; t < 64; ++t) {
    series.push_back(t % 2 == 0 ? 1 : -1);
  }
  EXPECT_NEAR(band_rms(series, 20, 4, 15), 1, 1e-12);
  EXPECT_THROW(band_rms({1, 2, 3}, 20, 4, 15), Error);
}

TEST(TemplateResidual, IsTheDistanceOfTheTrueLandmarksFromTheTruthPlan) {
  const ClipPlan plan = moving_plan(5, still);
  const FaceTrack track = moving_track(5, [](int) { return Point{106, 58}; });
  TruthFigures figures;
  measure_plan({plan, plan, track, template_points, 25}, figures);
  EXPECT_NEAR(*figures.template_residual_px, 10, 1e-12);
}

TEST(Gaps, EndAStretchAndAreCounted) {
  // The error jumps by 10 px while the plan has no face: no two consecutive frames differ.
  ClipPlan plan = moving_plan(10, [](int t) { return Point{t > 5 ? 110.0 : 100.0, 50}; });
  plan.frames[5].faces.clear();
  const ClipPlan truth = moving_plan(10, still);
  const FaceTrack track = moving_track(10, still);
  TruthFigures figures;
  measure_plan({plan, truth, track, template_points, 25}, figures);
  EXPECT_EQ(figures.nmf, 0);
  EXPECT_EQ(figures.face_frames, 10);
  EXPECT_EQ(figures.missed_face_frames, 1);
  EXPECT_EQ(plan_stretches({plan, truth, track, template_points, 25}).size(), 2U);
}

TEST(Gaps, AreAlsoCutsOfTheTruthButNoResetsOfThePlan) {
  ClipPlan plan = moving_plan(10, [](int t) { return Point{t >= 5 ? 110.0 : 100.0, 50}; });
  ClipPlan truth = moving_plan(10, still);
  const FaceTrack track = moving_track(10, still);
  TruthFigures figures;
  plan.frames[5].faces[0].reset = true;
  measure_plan({plan, truth, track, template_points, 25}, figures);
  EXPECT_GT(*figures.nmf, 100);
  truth.frames[5].faces[0].reset = true;
  measure_plan({plan, truth, track, template_points, 25}, figures);
  EXPECT_EQ(figures.nmf, 0);
}

TEST(Faces, AreFollowedById) {
  // Two faces that stand at different places, listed together: no difference runs across them.
  ClipPlan plan = moving_plan(10, still);
  FaceTrack track = moving_track(10, still);
  for (std::size_t t = 0; t < 10; ++t) {
    plan.frames[t].faces.push_back(plan_at({500, 300}, 2));
    TrackedFace second = track.frames[t].faces[0];
    second.id = 2;
    track.frames[t].faces.push_back(second);
  }
  ClipPlan shifted = plan;
  for (FramePlan& frame : shifted.frames) {
    frame.faces[1] = plan_at({501, 300}, 2);
  }
  TruthFigures figures;
  measure_plan({shifted, plan, track, template_points, 25}, figures);
  EXPECT_EQ(figures.nmf, 0);
  EXPECT_NEAR(*figures.landmark_rms_px, std::sqrt(0.5), 1e-12);
  EXPECT_EQ(figures.face_frames, 20);
}

TEST(PlanFigures, OfNoFaceAreAbsent) {
  ClipPlan empty;
  empty.frames.resize(4);
  FaceTrack track;
  track.frames.resize(4);
  TruthFigures figures;
  measure_plan({empty, empty, track, template_points, 25}, figures);
  EXPECT_FALSE(figures.landmark_rms_px || figures.nmf || figures.acceleration_error_px || figures.lag ||
               figures.peak_error_px || figures.residual_4_15hz_px || figures.template_residual_px);
  EXPECT_EQ(figures.face_frames, 0);
}

TEST(PlanFigures, RefusePlansOfDifferentLength) {
  const ClipPlan plan = moving_plan(4, still);
  const ClipPlan longer = moving_plan(5, still);
  const FaceTrack track = moving_track(5, still);
  TruthFigures figures;
  EXPECT_THROW(measure_plan({plan, longer, track, template_points, 25}, figures), Error);
}

TEST(RawFigures, GiveReductionGainAndRatio) {
  TruthFigures raw;
  raw.nmf = 40;
  raw.td_psnr = 30;
  raw.peak_error_px = 2;
  raw.landmark_rms_px = 0.5;
  TruthFigures figures;
  figures.nmf = 10;
  figures.td_psnr = 37;
  figures.peak_error_px = 3;
  complete_with_raw(figures, raw);
  EXPECT_EQ(figures.nmf_reduction, 0.75);
  EXPECT_EQ(figures.td_psnr_gain, 7);
  EXPECT_EQ(figures.peak_error_ratio, 1.5);
  EXPECT_EQ(figures.landmark_rms_raw_px, 0.5);
  EXPECT_EQ(figures.nmf_raw, 40);

  TruthFigures of_nothing;
  raw.nmf = 0;
  raw.peak_error_px.reset();
  of_nothing.nmf = 1;
  complete_with_raw(of_nothing, raw);
  EXPECT_FALSE(of_nothing.nmf_reduction || of_nothing.peak_error_ratio || of_nothing.td_psnr_gain);
}

TEST(LandmarkJitter, IsTheSecondDifference) {
  const LandmarkJitter jitter =
      landmark_jitter(moving_plan(30, ramp), moving_plan(30, alternating(ramp)), template_points);
  EXPECT_NEAR(*jitter.plan, 0, 1e-12);
  EXPECT_NEAR(*jitter.raw, 2, 1e-12);
}

TEST(LandmarkJitter, LooksAtTriplesThatBothPlansHave) {
  // Both jump by 9 px into frame 5: seen by the triples around frames 4 and 5 as second differences
  // of 9 and -9.
  const auto jump = [](int t) { return Point{t >= 5 ? 9.0 : 0.0, 0}; };
  ClipPlan raw = moving_plan(10, jump);
  ClipPlan plan = raw;
  EXPECT_NEAR(*landmark_jitter(plan, raw, template_points).plan, std::sqrt(2 * 81.0 / 8), 1e-12);
  raw.frames[5].faces[0].reset = true;
  EXPECT_NEAR(*landmark_jitter(plan, raw, template_points).plan, 0, 1e-12);
  raw.frames[5].faces[0].reset = false;
  plan.frames[5].faces.clear();
  EXPECT_NEAR(*landmark_jitter(plan, raw, template_points).raw, 0, 1e-12);
  EXPECT_FALSE(landmark_jitter(moving_plan(2, jump), moving_plan(2, jump), template_points).plan.has_value());
}

}  // namespace ffbench::metrics
