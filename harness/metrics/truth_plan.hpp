#pragma once

#include <vector>

#include "core/face_plan.hpp"
#include "core/face_track.hpp"
#include "reports/quality.hpp"

namespace ffbench::metrics {

/// Thresholds of the figures that look at moving frames alone, in pixels a frame on a face of 256
/// pixels.
inline constexpr double motion_threshold = 0.25;
/// A frame belongs to a turn where the truth moves at least this share of its largest speed in the
/// clip ...
inline constexpr double turn_speed_share = 0.5;
/// ... and for this many frames after, where the error of a lagging plan culminates.
inline constexpr int turn_settling_frames = 3;
/// Fewer moving frames than this give no lag.
inline constexpr int lag_minimum_frames = 8;
/// Nor does a clip whose motion is too small for its noise: the standard error of the lag, in
/// frames, is above this.
inline constexpr double lag_largest_standard_error = 0.04;
/// ... unless the lag is this many of its standard errors.
inline constexpr double lag_certain_standard_errors = 4;

/// One face over consecutive frames in which both the plan and the truth plan have it. A new
/// stretch begins after a gap in either and where the truth plan is reset (a scene cut, a face seen
/// again). Resets of the plan itself do not count: a plan cannot hide a jump behind one.
struct PlanStretch {
  int face_id = 0;
  int first_frame = 0;
  std::vector<Landmarks5> p;         ///< template points mapped into the frame by the plan, px
  std::vector<Landmarks5> g;         ///< the same by the truth plan, px
  std::vector<double> units_per_px;  ///< 256 / sqrt(w h) of the true face box
};

/// What the figures from plans alone are computed from. `template_points` are in crop pixels. All
/// plans and the track have the same number of frames, otherwise `Error`.
struct TruthPlanInput {
  const ClipPlan& plan;
  const ClipPlan& truth_plan;
  const FaceTrack& truth_track;
  Landmarks5 template_points{};
  double frames_per_second = 0;
};

std::vector<PlanStretch> plan_stretches(const TruthPlanInput& input);

/// Fills landmark_rms_px, nmf, acceleration_error_px, lag, peak_error_px, residual_4_15hz_px,
/// template_residual_px, face_frames and missed_face_frames; leaves the rest alone. A figure
/// without the frames it needs stays empty. Points are weighted alike: where a formula has a norm
/// of five points, its square is the mean of the five squared distances.
void measure_plan(const TruthPlanInput& input, TruthFigures& figures);

/// rms of the part of `series` between `low_hz` and `high_hz` (Hann window, DFT), so normalised
/// that a sine of amplitude A inside the band gives A / sqrt(2). The mean is removed first. Needs
/// at least 4 values.
double band_rms(const std::vector<double>& series, double frames_per_second, double low_hz, double high_hz);

/// Fills nmf_raw, nmf_reduction, td_psnr_raw, td_psnr_gain, peak_error_raw_px, peak_error_ratio and
/// landmark_rms_raw_px of `figures` from those of the run with the raw plan. What either side lacks
/// stays empty, as do ratios over 0.
void complete_with_raw(TruthFigures& figures, const TruthFigures& raw);

}  // namespace ffbench::metrics
