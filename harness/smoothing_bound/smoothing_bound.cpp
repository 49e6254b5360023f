#include "harness/smoothing_bound/smoothing_bound.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "core/numeric/math.hpp"
#include "core/warp_template.hpp"
#include "harness/metrics/truth_plan.hpp"
#include "harness/pipeline/landmark_refinement.hpp"
#include "stability/clip_smoother.hpp"
#include "stability/gaps.hpp"
#include "stability/planner.hpp"
#include "stability/pose.hpp"
#include "stability/similarity_fit.hpp"
#include "stability/stream_smoother.hpp"
#include "stability/whittaker.hpp"

namespace ffbench {
namespace {

constexpr std::size_t numbers = 4;  // centre x and y, log scale, roll
constexpr int lowest_exponent = -8;
constexpr int highest_exponent = 24;

using Numbers = std::array<double, numbers>;

/// One face over consecutive frames.
struct FaceSegment {
  int face_id = 0;
  std::size_t first_frame = 0;
  std::array<std::vector<double>, numbers> observed;
  std::vector<double> weights;                ///< 1 where the detector saw the face, else 0
  std::vector<std::optional<Numbers>> truth;  ///< where the truth plan has the face
  std::vector<double> units;                  ///< 256 over the face's size
  /// Px by which the template's points move for a unit of log scale or roll
  std::vector<double> leverage;
};

const FacePlan* face_of(const FramePlan& frame, int id) {
  const auto at = std::find_if(frame.faces.begin(), frame.faces.end(),
                               [id](const FacePlan& face) { return face.face_id == id; });
  return at == frame.faces.end() ? nullptr : &*at;
}

const TrackedFace* face_of(const TrackFrame& frame, int id) {
  const auto at = std::find_if(frame.faces.begin(), frame.faces.end(),
                               [id](const TrackedFace& face) { return face.id == id; });
  return at == frame.faces.end() ? nullptr : &*at;
}

Numbers numbers_of(const FacePlan& face, double previous_roll) {
  const Pose& pose = face.pose;
  return {pose.centre.x, pose.centre.y, math::log(pose.scale),
          previous_roll + math::wrap_angle(pose.roll - previous_roll)};
}

/// How a number is smoothed: gives the smooth series of one segment.
using Smoothing = std::function<std::vector<double>(
    const std::vector<double>& samples, const std::vector<double>& weights, int order, double penalty)>;

std::vector<double> over_the_clip(const std::vector<double>& samples, const std::vector<double>& weights,
                                  int order, double penalty) {
  return stability::whittaker(samples, weights, {}, order, penalty).values;
}

std::vector<double> over_a_window(const std::vector<double>& samples, const std::vector<double>& weights,
                                  int order, double penalty) {
  const stability::StreamSmoothing window;
  std::vector<double> values = samples;
  for (std::size_t t = 0; t < samples.size(); ++t) {
    const std::size_t first = t - std::min(t, static_cast<std::size_t>(window.memory));
    const std::size_t end = std::min(t + static_cast<std::size_t>(window.look_ahead) + 1, samples.size());
    const std::vector<double> seen(weights.begin() + static_cast<std::ptrdiff_t>(first),
                                   weights.begin() + static_cast<std::ptrdiff_t>(end));
    if (std::count_if(seen.begin(), seen.end(), [](double w) { return w > 0; }) <= order) {
      continue;
    }
    const std::vector<double> row = stability::whittaker_row(seen, order, penalty, t - first);
    values[t] = 0;
    for (std::size_t i = 0; i < row.size(); ++i) {
      values[t] += row[i] * samples[first + i];
    }
  }
  return values;
}

class SmoothingBound {
 public:
  SmoothingBound(const Subject& subject, const Preset& preset)
      : subject_(subject),
        preset_(preset),
        points_(warp_template(subject.warp_template).scaled(subject.crop_size)),
        anchor_(stability::centroid(points_)) {
    preset_.pose = true;
    preset_.eos = false;
    truth_ = stability::plan_truth(subject.truth->track(), options());
    if (preset_.fhr) {
      refined_ = refine_landmarks(*subject.clip, subject.observed, preset_, Backend::cpu).track;
    }
    for (const Point& p : points_) {
      radius_ += ((p.x - anchor_.x) * (p.x - anchor_.x) + (p.y - anchor_.y) * (p.y - anchor_.y)) / 5;
    }
    radius_ = std::sqrt(radius_);
  }

  SmoothingBoundFigures figures() {
    SmoothingBoundFigures result;
    result.fixture = subject_.name;
    const ClipPlan raw = stability::plan_unfiltered(subject_.observed, options());
    const std::optional<double> raw_nmf = nmf(raw);
    if (!raw_nmf || !(*raw_nmf > 0)) {
      return result;
    }
    result.raw_nmf = *raw_nmf;
    const auto reduction = [&](std::optional<double> left) {
      return left ? std::optional(1 - *left / *raw_nmf) : std::nullopt;
    };
    const FaceTrack& landmarks = refined_ ? *refined_ : subject_.observed;
    preset_.smoother = Smoother::whittaker;
    result.clip = reduction(nmf(stability::plan_offline(landmarks, options())));
    preset_.smoother = Smoother::rts;
    result.stream = reduction(nmf(stability::plan_offline(landmarks, options())));

    std::vector<ClipPlan> inputs{raw};
    if (refined_) {
      inputs.push_back(stability::plan_unfiltered(*refined_, options()));
    }
    result.stream_tuned = reduction(least(inputs, over_a_window));
    stability::ClipSmoothing by_frame;
    by_frame.over_time = false;
    inputs.push_back(stability::plan_unfiltered(
        stability::smooth_clip(stability::without_unusable_faces(landmarks), by_frame), options()));
    result.clip_tuned = reduction(least(inputs, over_the_clip));
    return result;
  }

 private:
  [[nodiscard]] stability::PlanOptions options() const {
    stability::PlanOptions options{preset_, subject_.crop_size, subject_.warp_template};
    options.refined = refined_.has_value();
    return options;
  }

  [[nodiscard]] std::optional<double> nmf(const ClipPlan& plan) const {
    TruthFigures figures;
    metrics::measure_plan(
        {plan, truth_, subject_.truth->track(), points_, subject_.clip->frames_per_second()}, figures);
    return figures.nmf;
  }

  [[nodiscard]] std::optional<double> least(const std::vector<ClipPlan>& inputs,
                                            const Smoothing& smoothing) const {
    std::optional<double> best;
    for (const ClipPlan& input : inputs) {
      const std::optional<double> left = nmf(tuned(input, smoothing));
      if (left && (!best || *left < *best)) {
        best = left;
      }
    }
    return best;
  }

  [[nodiscard]] std::vector<FaceSegment> face_segments(const ClipPlan& plan) const {
    std::vector<FaceSegment> segments;
    std::map<int, std::size_t> open;
    for (std::size_t t = 0; t < plan.frames.size(); ++t) {
      std::erase_if(open, [&](const auto& entry) { return face_of(plan.frames[t], entry.first) == nullptr; });
      for (const FacePlan& face : plan.frames[t].faces) {
        if (face.reset || !open.contains(face.face_id)) {
          open[face.face_id] = segments.size();
          segments.push_back({face.face_id, t, {}, {}, {}, {}, {}});
        }
        FaceSegment& segment = segments[open[face.face_id]];
        const Numbers here = numbers_of(face, segment.weights.empty() ? 0 : segment.observed[3].back());
        for (std::size_t i = 0; i < numbers; ++i) {
          segment.observed[i].push_back(here[i]);
        }
        segment.weights.push_back(face_of(subject_.observed.frames[t], face.face_id) != nullptr ? 1 : 0);
        const FacePlan* truth = face_of(truth_.frames[t], face.face_id);
        const TrackedFace* tracked = face_of(subject_.truth->track().frames[t], face.face_id);
        const double area = tracked != nullptr ? tracked->box.width() * tracked->box.height() : 0;
        segment.truth.push_back(truth != nullptr && area > 0 ? std::optional(numbers_of(*truth, here[3]))
                                                             : std::nullopt);
        segment.units.push_back(area > 0 ? 256 / std::sqrt(area) : 0);
        segment.leverage.push_back(truth != nullptr ? radius_ / truth->pose.scale : 0);
      }
    }
    return segments;
  }

  /// The part of NMF, squared and summed, that number `i` makes.
  static double jitter(const FaceSegment& segment, std::size_t i, const std::vector<double>& values) {
    double sum = 0;
    for (std::size_t t = 1; t < values.size(); ++t) {
      if (segment.truth[t - 1] && segment.truth[t]) {
        const double step =
            (values[t] - (*segment.truth[t])[i]) - (values[t - 1] - (*segment.truth[t - 1])[i]);
        const double scaled = step * segment.units[t] * (i < 2 ? 1 : segment.leverage[t]);
        sum += scaled * scaled;
      }
    }
    return sum;
  }

  /// The plan smoothed with the best order and penalty of each number.
  [[nodiscard]] ClipPlan tuned(const ClipPlan& input, const Smoothing& smoothing) const {
    const std::vector<FaceSegment> segments = face_segments(input);
    std::vector<std::array<std::vector<double>, numbers>> best(segments.size());
    for (std::size_t i = 0; i < numbers; ++i) {
      double least = std::numeric_limits<double>::infinity();
      for (int order = 1; order <= stability::whittaker_highest_order; ++order) {
        for (int exponent = lowest_exponent; exponent <= highest_exponent; ++exponent) {
          const double penalty = exponent >= 0 ? static_cast<double>(1 << exponent) : 1.0 / (1 << -exponent);
          double sum = 0;
          std::vector<std::vector<double>> values;
          for (const FaceSegment& segment : segments) {
            const auto seen = std::count(segment.weights.begin(), segment.weights.end(), 1.0);
            values.push_back(seen > order ? smoothing(segment.observed[i], segment.weights, order, penalty)
                                          : segment.observed[i]);
            sum += jitter(segment, i, values.back());
          }
          if (sum < least) {
            least = sum;
            for (std::size_t k = 0; k < segments.size(); ++k) {
              best[k][i] = std::move(values[k]);
            }
          }
        }
      }
    }
    ClipPlan plan = input;
    for (std::size_t k = 0; k < segments.size(); ++k) {
      for (std::size_t t = 0; t < segments[k].weights.size(); ++t) {
        std::vector<FacePlan>& faces = plan.frames[segments[k].first_frame + t].faces;
        const auto face = std::find_if(faces.begin(), faces.end(),
                                       [&](const FacePlan& f) { return f.face_id == segments[k].face_id; });
        face->pose.centre = {best[k][0][t], best[k][1][t]};
        face->pose.scale = math::exp(best[k][2][t]);
        face->pose.roll = best[k][3][t];
        face->frame_to_crop = stability::similarity_of(face->pose, anchor_);
      }
    }
    return plan;
  }

  const Subject& subject_;
  Preset preset_;
  Landmarks5 points_;
  Point anchor_;
  double radius_ = 0;  ///< rms distance of the template's points from their mean, crop px
  ClipPlan truth_;
  std::optional<FaceTrack> refined_;
};

}  // namespace

SmoothingBoundFigures measure_smoothing_bound(const Subject& subject, const Preset& preset) {
  if (!subject.truth) {
    fail("smoothing-bound: {} has no truth to tune a smoother against; use a synthetic fixture",
         subject.name);
  }
  return SmoothingBound(subject, preset).figures();
}

}  // namespace ffbench
