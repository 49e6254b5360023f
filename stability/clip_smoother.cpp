#include "stability/clip_smoother.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "core/numeric/median.hpp"
#include "stability/extrapolation.hpp"
#include "stability/face_segments.hpp"
#include "stability/five_points.hpp"
#include "stability/gaps.hpp"
#include "stability/landmark_motion.hpp"
#include "stability/shape_space.hpp"

namespace ffbench::stability {

namespace {

constexpr int reference_rounds = 3;
/// A point this many robust standard deviations from its frame's shape is an outlier; lids that
/// close are nearer.
constexpr double outlier_deviations = 6;
/// Frames are weighed by the scatter of their points only where these are many.
constexpr std::size_t points_for_weights = 30;
constexpr double least_weight = 0.02;
/// The variance that every point is taken to have at least, over the median one.
constexpr double point_weight_floor = 0.5;
/// Blinks are too rare for the variance of the lids to show them; they count this much less.
constexpr double lid_weight = 0.05;
constexpr std::size_t first_lid = 36;
constexpr std::size_t last_lid = 47;
/// Where a frame is not steadied its motion has more noise than others': at least this weight.
constexpr double least_motion_weight = 0.4;

class SegmentSmoother {
 public:
  SegmentSmoother(FaceSegment& segment, const ClipSmoothing& options) : segment_(segment), options_(options) {
    with_68_ = std::all_of(segment.faces.begin(), segment.faces.end(),
                           [](const TrackedFace& face) { return face.landmarks68.has_value(); });
    for (std::size_t t = 0; t < segment.faces.size(); ++t) {
      if (segment.measured[t]) {
        frames_.push_back(t);
        observed_.push_back(all_landmarks(segment.faces[t], with_68_));
      }
    }
    set_fives_apart();
    cleaned_ = observed_;
    if (!observed_.empty()) {
      point_weights_.assign(observed_.front().size(), 1.0);
    }
    followed_.assign(segment.faces.size(), 1.0);
    weights_.assign(segment.faces.size(), 0.0);
    for (std::size_t t : frames_) {
      weights_[t] = 1;
    }
  }

  void run() {
    if (frames_.size() < 3) {
      return;
    }
    if (!split()) {
      return;
    }
    find_shape();
    find_outliers();
    weigh_points();
    if (!split()) {
      return;
    }
    if (!five_.empty()) {
      find_shape();
      steady();
      if (!split()) {
        return;
      }
    }
    find_shape();
    if (!options_.over_time) {
      for (std::size_t k = 0; k < frames_.size(); ++k) {
        set_landmarks(segment_.faces[frames_[k]], confined_points(k));
      }
      return;
    }
    smooth_shape();
    smooth_motion();
    go_on();
    const Point anchor = centroid(reference_, point_weights_);
    for (std::size_t t = 0; t < segment_.faces.size(); ++t) {
      set_landmarks(segment_.faces[t], points_of(motion_[t], shape_[t], reference_, anchor));
    }
  }

 private:
  /// Where the five points are known twice, those among the 68 come first; `steady` brings in the
  /// others.
  void set_fives_apart() {
    std::vector<TrackedFace> faces;
    for (std::size_t t : frames_) {
      faces.push_back(segment_.faces[t]);
    }
    five_ = five_twice(faces);
    for (std::size_t k = 0; k < five_.among_68.size(); ++k) {
      put_five(observed_[k], five_.among_68[k]);
    }
  }

  static void put_five(std::vector<Point>& points, const Landmarks5& five) {
    std::copy(five.begin(), five.end(), points.end() - static_cast<std::ptrdiff_t>(five.size()));
  }

  static void take_five(const std::vector<Point>& points, Landmarks5& five) {
    std::copy(points.end() - static_cast<std::ptrdiff_t>(five.size()), points.end(), five.begin());
  }

  /// The points of a measured frame as its few directions of shape have them, in the frame.
  [[nodiscard]] std::vector<Point> confined_points(std::size_t k) const {
    const Similarity back = placements_[k].to_reference.inverse();
    std::vector<Point> points;
    for (std::size_t i = 0; i < reference_.size(); ++i) {
      points.push_back(
          back.apply({reference_[i].x + confined_[k][2 * i], reference_[i].y + confined_[k][2 * i + 1]}));
    }
    return points;
  }

  /// Takes the error that a frame's points share away, as far as the five points show it.
  void steady() {
    if (five_.empty()) {
      return;
    }
    std::vector<Landmarks5> expected(frames_.size());
    std::vector<Landmarks5> shape(frames_.size());
    std::vector<double> trust_68;
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      take_five(confined_points(k), expected[k]);
      for (std::size_t i = 0; i < shape[k].size(); ++i) {
        const std::size_t at = confined_[k].size() - 2 * (shape[k].size() - i);
        shape[k][i] = {confined_[k][at], confined_[k][at + 1]};
      }
      trust_68.push_back(weights_[frames_[k]]);
    }
    const std::vector<double> follow = followed(shape, trust_68);
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      followed_[frames_[k]] = follow[k];
    }
    const std::vector<FrameTrust> trust = trust_in_given(expected, five_.given, trust_68, follow);
    const std::vector<Nudge> nudges = steadying(expected, five_.given, trust);
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      for (Point& p : cleaned_[k]) {
        p = nudges[k].apply(p);
      }
      take_five(cleaned_[k], five_.among_68[k]);
    }
    const std::vector<Landmarks5> both = combined(five_, trust);
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      put_five(cleaned_[k], both[k]);
    }
  }

  /// Aligns every frame with the mean of all.
  bool split() {
    if (reference_.empty()) {
      reference_ = cleaned_[cleaned_.size() / 2];
    }
    for (int round = 0; round < reference_rounds; ++round) {
      placements_.clear();
      for (const std::vector<Point>& points : cleaned_) {
        std::optional<Placement> placement = place(points, reference_, point_weights_);
        if (!placement) {
          return false;
        }
        placements_.push_back(std::move(*placement));
      }
      if (round + 1 < reference_rounds) {
        centre_reference();
      }
    }
    return true;
  }

  void centre_reference() {
    const auto n = static_cast<double>(placements_.size());
    for (std::size_t i = 0; i < reference_.size(); ++i) {
      Point mean;
      for (const Placement& placement : placements_) {
        mean.x += placement.deviation[2 * i];
        mean.y += placement.deviation[2 * i + 1];
      }
      reference_[i].x += mean.x / n;
      reference_[i].y += mean.y / n;
    }
  }

  /// The values of all frames, from those of the measured ones.
  [[nodiscard]] std::vector<double> smoothed(const std::vector<double>& measured,
                                             const std::vector<double>& weights,
                                             const WhittakerChoice& choice) const {
    std::vector<double> samples(segment_.faces.size(), 0.0);
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      samples[frames_[k]] = measured[k];
    }
    return whittaker_by_cross_validation(samples, weights, choice).values;
  }

  /// The few directions in which the shape varies over the segment, and the measured shapes within
  /// them.
  void find_shape() {
    std::vector<std::vector<double>> deviations;
    std::vector<double> weights;
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      deviations.push_back(placements_[k].deviation);
      weights.push_back(weights_[frames_[k]]);
    }
    space_ = shape_space(deviations, weights, options_.shape_rank);
    measured_.clear();
    confined_.clear();
    for (const std::vector<double>& deviation : deviations) {
      measured_.push_back(coordinates(space_, deviation));
      confined_.push_back(vector_of(space_, measured_.back()));
    }
  }

  void smooth_shape() {
    std::vector<std::vector<double>> smooth(segment_.faces.size());
    for (std::size_t axis = 0; axis < space_.directions.size(); ++axis) {
      std::vector<double> series;
      for (const std::vector<double>& m : measured_) {
        series.push_back(m[axis]);
      }
      const std::vector<double> values = smoothed(series, weights_, options_.shape);
      for (std::size_t t = 0; t < values.size(); ++t) {
        smooth[t].push_back(values[t]);
      }
    }
    shape_.clear();
    for (const std::vector<double>& s : smooth) {
      shape_.push_back(vector_of(space_, s));
    }
  }

  void smooth_motion() {
    const Point anchor = centroid(reference_, point_weights_);
    std::array<std::vector<double>, motion_axes> series;
    double roll = 0;
    for (const Placement& placement : placements_) {
      const MotionVector motion = motion_of(placement.to_reference, anchor, roll);
      roll = motion[3];
      for (std::size_t axis = 0; axis < motion_axes; ++axis) {
        series[axis].push_back(motion[axis]);
      }
    }
    std::vector<double> weights = weights_;
    for (std::size_t t = 0; t < weights.size(); ++t) {
      weights[t] *= std::max(followed_[t], least_motion_weight);
    }
    motion_.assign(segment_.faces.size(), MotionVector{});
    for (std::size_t axis = 0; axis < motion_axes; ++axis) {
      const std::vector<double> values = smoothed(series[axis], weights, options_.motion);
      for (std::size_t t = 0; t < values.size(); ++t) {
        motion_[t][axis] = values[t];
      }
    }
  }

  /// Before the first and behind the last measured frame the centre goes on as it moves there; the
  /// rest stays. What a polynomial makes of scale and roll is soon far from any face.
  void go_on() {
    const std::size_t first = frames_.front();
    const std::size_t last = frames_.back();
    for (std::size_t t = 0; t < motion_.size(); ++t) {
      if (t < first || t > last) {
        motion_[t] = motion_[t < first ? first : last];
        shape_[t] = shape_[t < first ? first : last];
      }
    }
    for (std::size_t axis = 0; axis < 2; ++axis) {
      std::vector<double> values;
      for (std::size_t t = first; t <= last; ++t) {
        values.push_back(motion_[t][axis]);
      }
      std::vector<double> trust(followed_.begin() + static_cast<std::ptrdiff_t>(first),
                                followed_.begin() + static_cast<std::ptrdiff_t>(last) + 1);
      const std::vector<double> after = gone_on(values, trust, static_cast<int>(motion_.size() - 1 - last));
      std::reverse(values.begin(), values.end());
      std::reverse(trust.begin(), trust.end());
      const std::vector<double> before = gone_on(values, trust, static_cast<int>(first));
      for (std::size_t i = 0; i < after.size(); ++i) {
        motion_[last + 1 + i][axis] = after[i];
      }
      for (std::size_t i = 0; i < before.size(); ++i) {
        motion_[first - 1 - i][axis] = before[i];
      }
    }
  }

  /// Replaces points that are far from the shape by it, and weighs frames by how their points
  /// scatter.
  void find_outliers() {
    std::vector<std::vector<double>> distances(frames_.size());
    std::vector<double> all;
    std::vector<double> scatter;
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      const Similarity& s = placements_[k].to_reference;
      const double scale = std::sqrt(s.a * s.a + s.b * s.b);
      for (std::size_t i = 0; i < reference_.size(); ++i) {
        const Point p = s.apply(observed_[k][i]);
        const double dx = p.x - reference_[i].x - confined_[k][2 * i];
        const double dy = p.y - reference_[i].y - confined_[k][2 * i + 1];
        distances[k].push_back(std::sqrt(dx * dx + dy * dy) / scale);
        all.push_back(distances[k].back());
      }
      scatter.push_back(upper_median(distances[k]));
    }
    const double typical = upper_median(scatter);
    if (reference_.size() >= points_for_weights && typical > 0) {
      for (std::size_t k = 0; k < frames_.size(); ++k) {
        const double share = typical / std::max(scatter[k], typical);
        weights_[frames_[k]] = std::max(share * share, least_weight);
      }
    }
    // The median distance in two dimensions is 1.1774 standard deviations of a coordinate.
    const double sigma = upper_median(all) / 1.1774;
    for (std::size_t k = 0; k < frames_.size(); ++k) {
      const double here = sigma * std::max(1.0, typical > 0 ? scatter[k] / typical : 1.0);
      const Similarity back = placements_[k].to_reference.inverse();
      for (std::size_t i = 0; i < reference_.size(); ++i) {
        if (distances[k][i] > outlier_deviations * here && here > 0) {
          const std::vector<double>& shape = confined_[k];
          cleaned_[k][i] = back.apply({reference_[i].x + shape[2 * i], reference_[i].y + shape[2 * i + 1]});
        }
      }
    }
  }

  /// Points that the face moves by itself - lids, lips, jaw - count less in the similarity.
  void weigh_points() {
    if (reference_.size() < points_for_weights) {
      return;
    }
    std::vector<double> variances;
    for (std::size_t i = 0; i < reference_.size(); ++i) {
      double sum = 0;
      for (const Placement& placement : placements_) {
        const double dx = placement.deviation[2 * i];
        const double dy = placement.deviation[2 * i + 1];
        sum += dx * dx + dy * dy;
      }
      variances.push_back(sum);
    }
    const double typical = upper_median(variances);
    for (std::size_t i = 0; typical > 0 && i < variances.size(); ++i) {
      const double own = i >= first_lid && i <= last_lid ? lid_weight : 1;
      point_weights_[i] = own / (point_weight_floor * typical + variances[i]);
    }
  }

  FaceSegment& segment_;
  const ClipSmoothing& options_;
  bool with_68_ = false;
  std::vector<std::size_t> frames_;           ///< measured ones, within the segment
  std::vector<std::vector<Point>> observed_;  ///< of measured frames
  std::vector<std::vector<Point>> cleaned_;   ///< the same without outliers
  /// Of measured frames; empty where the five are known once
  FiveTwice five_;
  std::vector<double> weights_;   ///< of all frames
  std::vector<double> followed_;  ///< of all frames; how well refinement could
  std::vector<Point> reference_;
  std::vector<Placement> placements_;  ///< of measured frames
  std::vector<double> point_weights_;  ///< in the fit of the similarity
  ShapeSpace space_;
  std::vector<std::vector<double>> measured_;  ///< coordinates in it of measured frames
  std::vector<std::vector<double>> confined_;  ///< shape of measured frames in its few directions
  std::vector<std::vector<double>> shape_;     ///< smooth, of all frames
  std::vector<MotionVector> motion_;           ///< smooth, of all frames
};

}  // namespace

FaceTrack smooth_clip(const FaceTrack& track, const ClipSmoothing& options) {
  // A face that goes on after it is lost and was there before it is found again has not been away.
  const FaceTrack bridged = bridge_gaps(track, 2 * longest_gap);
  FaceTrack result = bridged;
  for (TrackFrame& frame : result.frames) {
    frame.faces.clear();
  }
  for (FaceSegment& segment : face_segments(track, bridged)) {
    SegmentSmoother(segment, options).run();
    for (std::size_t i = 0; i < segment.faces.size(); ++i) {
      std::vector<TrackedFace>& faces = result.frames[segment.first_frame + i].faces;
      const auto at = std::find_if(faces.begin(), faces.end(),
                                   [&](const TrackedFace& other) { return other.id >= segment.faces[i].id; });
      faces.insert(at, segment.faces[i]);
    }
  }
  return result;
}

}  // namespace ffbench::stability
