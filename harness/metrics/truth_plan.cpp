#include "harness/metrics/truth_plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "harness/metrics/measure.hpp"
#include "harness/metrics/plan_points.hpp"
#include "harness/metrics/regions.hpp"

namespace ffbench::metrics {
namespace {

constexpr double band_low_hz = 4;
constexpr double band_high_hz = 15;
/// Shorter stretches resolve the band too coarsely.
constexpr std::size_t band_minimum_frames = 16;

const TrackedFace* find_tracked(const TrackFrame& frame, int face_id) {
  const auto found = std::find_if(frame.faces.begin(), frame.faces.end(),
                                  [face_id](const TrackedFace& face) { return face.id == face_id; });
  return found == frame.faces.end() ? nullptr : &*found;
}

void check_lengths(const TruthPlanInput& input) {
  const std::size_t frames = input.truth_plan.frames.size();
  if (input.plan.frames.size() != frames || input.truth_track.frames.size() != frames) {
    fail("truth figures: the plan has {} frames, the truth plan {}, the truth track {}; they need the same",
         input.plan.frames.size(), frames, input.truth_track.frames.size());
  }
}

/// A mean that knows when it is of nothing.
struct Mean {
  double sum = 0;
  std::size_t count = 0;

  void add(double value) {
    sum += value;
    ++count;
  }
  [[nodiscard]] std::optional<double> mean() const {
    return count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
  }
  [[nodiscard]] std::optional<double> root() const {
    return count > 0 ? std::optional(std::sqrt(sum / static_cast<double>(count))) : std::nullopt;
  }
};

/// Speed of the truth from frame t - 1 to t of a stretch, in pixels on a face of 256 pixels.
double speed(const PlanStretch& stretch, std::size_t t) {
  return std::sqrt(mean_square(stretch.g[t] - stretch.g[t - 1])) * stretch.units_per_px[t];
}

/// Least squares over moving frames, with the standard error of the slope: on a clip with little
/// motion the detector's noise alone makes any lag, and a figure that is noise is not given.
std::optional<double> lag(const std::vector<PlanStretch>& stretches) {
  double numerator = 0;
  double denominator = 0;
  double errors = 0;
  int moving = 0;
  for (const PlanStretch& stretch : stretches) {
    for (std::size_t t = 1; t < stretch.g.size(); ++t) {
      if (speed(stretch, t) <= motion_threshold) {
        continue;
      }
      const Landmarks5 back = stretch.g[t - 1] - stretch.g[t];
      const Landmarks5 error = stretch.p[t] - stretch.g[t];
      numerator += mean_product(error, back);
      denominator += mean_square(back);
      errors += mean_square(error);
      ++moving;
    }
  }
  if (moving < lag_minimum_frames) {
    return std::nullopt;
  }
  const double slope = numerator / denominator;
  const double residual = std::max(errors - slope * numerator, 0.0) / (moving - 1);
  const double standard_error = std::sqrt(residual / denominator);
  const bool measurable = standard_error <= lag_largest_standard_error ||
                          std::abs(slope) > lag_certain_standard_errors * standard_error;
  return measurable ? std::optional(slope) : std::nullopt;
}

std::optional<double> peak_turn_error(const std::vector<PlanStretch>& stretches) {
  std::map<int, double> largest_speed;
  for (const PlanStretch& stretch : stretches) {
    double& largest = largest_speed[stretch.face_id];
    for (std::size_t t = 1; t < stretch.g.size(); ++t) {
      largest = std::max(largest, speed(stretch, t));
    }
  }
  std::optional<double> peak;
  for (const PlanStretch& stretch : stretches) {
    const double threshold = std::max(turn_speed_share * largest_speed[stretch.face_id], motion_threshold);
    int settling = 0;
    for (std::size_t t = 1; t < stretch.g.size(); ++t) {
      if (speed(stretch, t) >= threshold) {
        settling = turn_settling_frames + 1;
      }
      if (settling > 0) {
        --settling;
        peak = std::max(peak.value_or(0), std::sqrt(mean_square(stretch.p[t] - stretch.g[t])));
      }
    }
  }
  return peak;
}

std::optional<double> band_residual(const std::vector<PlanStretch>& stretches, double frames_per_second) {
  if (!(frames_per_second >= 2 * band_low_hz)) {
    return std::nullopt;
  }
  double sum = 0;
  double frames = 0;
  std::vector<double> series;
  for (const PlanStretch& stretch : stretches) {
    const std::size_t n = stretch.g.size();
    if (n < band_minimum_frames || static_cast<double>(n) < frames_per_second / 2) {
      continue;
    }
    double mean_of_points = 0;
    for (std::size_t point = 0; point < stretch.g[0].size(); ++point) {
      for (const auto coordinate : {&Point::x, &Point::y}) {
        series.clear();
        for (std::size_t t = 0; t < n; ++t) {
          series.push_back(stretch.p[t][point].*coordinate - stretch.g[t][point].*coordinate);
        }
        const double rms = band_rms(series, frames_per_second, band_low_hz, band_high_hz);
        mean_of_points += rms * rms / static_cast<double>(stretch.g[0].size());
      }
    }
    sum += mean_of_points * static_cast<double>(n);
    frames += static_cast<double>(n);
  }
  return frames > 0 ? std::optional(std::sqrt(sum / frames)) : std::nullopt;
}

/// Counts of faces and the residual of the truth plan, which do not depend on where the plan put
/// the face.
void measure_truth(const TruthPlanInput& input, TruthFigures& figures) {
  Mean residual;
  int faces = 0;
  int missed = 0;
  for (std::size_t t = 0; t < input.truth_plan.frames.size(); ++t) {
    for (const FacePlan& truth : input.truth_plan.frames[t].faces) {
      ++faces;
      missed += find_face(input.plan.frames[t], truth.face_id) == nullptr ? 1 : 0;
      if (const TrackedFace* tracked = find_tracked(input.truth_track.frames[t], truth.face_id)) {
        residual.add(mean_square(mapped_back(truth, input.template_points) - tracked->landmarks5));
      }
    }
  }
  figures.face_frames = faces;
  figures.missed_face_frames = missed;
  figures.template_residual_px = residual.root();
}

}  // namespace

std::vector<PlanStretch> plan_stretches(const TruthPlanInput& input) {
  check_lengths(input);
  std::set<int> ids;
  for (const FramePlan& frame : input.truth_plan.frames) {
    for (const FacePlan& face : frame.faces) {
      ids.insert(face.face_id);
    }
  }
  std::vector<PlanStretch> stretches;
  for (const int id : ids) {
    bool open = false;
    for (std::size_t t = 0; t < input.truth_plan.frames.size(); ++t) {
      const FacePlan* truth = find_face(input.truth_plan.frames[t], id);
      const FacePlan* plan = find_face(input.plan.frames[t], id);
      const TrackedFace* tracked = find_tracked(input.truth_track.frames[t], id);
      const double area = tracked != nullptr ? tracked->box.width() * tracked->box.height() : 0;
      if (truth == nullptr || plan == nullptr || !(area > 0)) {
        open = false;
        continue;
      }
      if (!open || truth->reset) {
        stretches.push_back({id, static_cast<int>(t), {}, {}, {}});
        open = true;
      }
      PlanStretch& stretch = stretches.back();
      stretch.p.push_back(mapped_back(*plan, input.template_points));
      stretch.g.push_back(mapped_back(*truth, input.template_points));
      stretch.units_per_px.push_back(256 / std::sqrt(area));
    }
  }
  return stretches;
}

void measure_plan(const TruthPlanInput& input, TruthFigures& figures) {
  const std::vector<PlanStretch> stretches = plan_stretches(input);
  measure_truth(input, figures);
  Mean error;
  Mean jitter;
  Mean acceleration;
  for (const PlanStretch& stretch : stretches) {
    std::vector<Landmarks5> e;
    e.reserve(stretch.p.size());
    for (std::size_t t = 0; t < stretch.p.size(); ++t) {
      e.push_back(stretch.p[t] - stretch.g[t]);
      error.add(mean_square(e[t]));
      if (t >= 1) {
        jitter.add(mean_square(e[t] - e[t - 1]) * stretch.units_per_px[t] * stretch.units_per_px[t]);
      }
      if (t >= 2) {
        acceleration.add(std::sqrt(mean_square((e[t] - e[t - 1]) - (e[t - 1] - e[t - 2]))));
      }
    }
  }
  figures.landmark_rms_px = error.root();
  if (const auto rms = jitter.root()) {
    figures.nmf = 100 * *rms;
  }
  figures.acceleration_error_px = acceleration.mean();
  figures.lag = lag(stretches);
  figures.peak_error_px = peak_turn_error(stretches);
  figures.residual_4_15hz_px = band_residual(stretches, input.frames_per_second);
}

double band_rms(const std::vector<double>& series, double frames_per_second, double low_hz, double high_hz) {
  const std::size_t n = series.size();
  if (n < 4) {
    fail("a spectrum needs at least 4 values, got {}", n);
  }
  std::vector<double> cosine(n);
  std::vector<double> sine(n);
  double mean = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n);
    cosine[i] = std::cos(angle);
    sine[i] = std::sin(angle);
    mean += series[i] / static_cast<double>(n);
  }
  std::vector<double> windowed(n);
  double window_squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double window = 0.5 * (1 - cosine[i]);
    windowed[i] = window * (series[i] - mean);
    window_squares += window * window;
  }
  double power = 0;
  for (std::size_t k = 1; 2 * k <= n; ++k) {
    const double hz = static_cast<double>(k) * frames_per_second / static_cast<double>(n);
    if (hz < low_hz || hz > high_hz) {
      continue;
    }
    double real = 0;
    double imaginary = 0;
    for (std::size_t i = 0, phase = 0; i < n; ++i, phase = (phase + k) % n) {
      real += windowed[i] * cosine[phase];
      imaginary += windowed[i] * sine[phase];
    }
    // Both halves of the spectrum hold a frequency, the Nyquist frequency once.
    power += (2 * k == n ? 1 : 2) * (real * real + imaginary * imaginary);
  }
  return std::sqrt(power / (static_cast<double>(n) * window_squares));
}

void complete_with_raw(TruthFigures& figures, const TruthFigures& raw) {
  figures.nmf_raw = raw.nmf;
  figures.td_psnr_raw = raw.td_psnr;
  figures.peak_error_raw_px = raw.peak_error_px;
  figures.landmark_rms_raw_px = raw.landmark_rms_px;
  if (figures.nmf && raw.nmf && *raw.nmf > 0) {
    figures.nmf_reduction = 1 - *figures.nmf / *raw.nmf;
  }
  if (figures.td_psnr && raw.td_psnr) {
    figures.td_psnr_gain = *figures.td_psnr - *raw.td_psnr;
  }
  if (figures.peak_error_px && raw.peak_error_px && *raw.peak_error_px > 0) {
    figures.peak_error_ratio = *figures.peak_error_px / *raw.peak_error_px;
  }
}

namespace {

class TruthPlanMeasure final : public Measure {
 public:
  explicit TruthPlanMeasure(const MeterConfig& config) : config_(config) {}
  void finish(MeterResult& result) const override {
    measure_plan({*config_.plan, *config_.truth_plan, *config_.truth_track, config_.template_points,
                  config_.frames_per_second},
                 *result.truth);
  }

 private:
  MeterConfig config_;
};

}  // namespace

std::unique_ptr<Measure> truth_plan_measure(const MeterConfig& config) {
  const bool both = config.plan != nullptr && config.truth_plan != nullptr;
  return both ? std::make_unique<TruthPlanMeasure>(config) : nullptr;
}

}  // namespace ffbench::metrics
