#include "stability/planner.hpp"

#include <cmath>

#include "core/numeric/math.hpp"
#include "core/warp_template.hpp"
#include "stability/clip_smoother.hpp"
#include "stability/gaps.hpp"
#include "stability/plan_geometry.hpp"
#include "stability/pose.hpp"
#include "stability/similarity_fit.hpp"

namespace ffbench::stability {
namespace {

/// Where the brows begin and end among the 68 landmarks.
constexpr std::size_t first_brow = 17;
constexpr std::size_t last_brow = 26;

// The outline of a mean face as an ellipse about the line between the eyes, in eye distances: half
// its width and height, and how far its centre lies below the eyes.
constexpr double outline_half_width = 1.05;
constexpr double outline_half_height = 1.4;
constexpr double outline_below_eyes = 0.38;
constexpr int outline_points = 32;

/// NUMERICS.md, "Area mask": the polygon of a face of five landmarks. Alignment puts every face's
/// eyes in the same place of the crop, so that the outline is a constant of the template.
std::vector<Point> mean_outline(const Landmarks5& template_points) {
  const double across_x = template_points[1].x - template_points[0].x;
  const double across_y = template_points[1].y - template_points[0].y;
  const double eye_distance = std::sqrt(across_x * across_x + across_y * across_y);
  const Point centre{(template_points[0].x + template_points[1].x) / 2,
                     (template_points[0].y + template_points[1].y) / 2 + outline_below_eyes * eye_distance};
  std::vector<Point> points;
  for (int i = 0; i < outline_points; ++i) {
    const math::SinCos at = math::sincos(2 * math::pi * i / outline_points);
    points.push_back({centre.x + outline_half_width * eye_distance * at.cos,
                      centre.y + outline_half_height * eye_distance * at.sin});
  }
  return points;
}

/// NUMERICS.md, "Area mask": the hull of the landmarks in the crop, raised over the forehead and
/// grown, since the landmarks end at the brows and run along the very edge of the face.
std::vector<Point> mask_polygon(const TrackedFace& face, const Similarity& frame_to_crop,
                                const Landmarks5& template_points, const Preset& preset) {
  if (!face.landmarks68) {
    return mean_outline(template_points);
  }
  std::vector<Point> points;
  points.reserve(face.landmarks68->size());
  for (const Point& p : *face.landmarks68) {
    points.push_back(frame_to_crop.apply(p));
  }
  Point mean;
  for (const Point& p : points) {
    mean.x += p.x;
    mean.y += p.y;
  }
  mean.x /= static_cast<double>(points.size());
  mean.y /= static_cast<double>(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double raise = i >= first_brow && i <= last_brow ? preset.area_forehead : 0;
    const double dx = points[i].x - mean.x;
    const double dy = points[i].y - mean.y;
    points[i] = {mean.x + preset.area_growth * dx, mean.y + preset.area_growth * (dy + raise * dy)};
  }
  return convex_hull(std::move(points));
}

/// What is left to plan once landmarks are smooth; a face that is lost goes on in them already.
PlanOptions on_smooth_landmarks(PlanOptions options) {
  options.preset.pose = false;
  options.hold_frames = 0;
  return options;
}

ClipPlan plan_with(CausalPlanner planner, const FaceTrack& track, int crop_size) {
  ClipPlan plan;
  plan.crop_size = crop_size;
  plan.frames.reserve(track.frames.size());
  for (const TrackFrame& frame : track.frames) {
    plan.frames.push_back(planner.next(frame));
  }
  plan.notes = planner.notes();
  return plan;
}

}  // namespace

CausalPlanner::CausalPlanner(const PlanOptions& options, int frame_width, int frame_height,
                             std::optional<int> frame_count)
    : options_(options),
      frame_width_(frame_width),
      frame_height_(frame_height),
      frame_count_(frame_count),
      template_points_(warp_template(options.warp_template).scaled(options.crop_size)),
      anchor_(centroid(template_points_)) {}

FramePlan CausalPlanner::next(const TrackFrame& frame) {
  if (frame.cut) {
    faces_.clear();
  }
  const bool tail =
      options_.preset.eos && frame_count_ && frame_ >= *frame_count_ - options_.preset.eos_frames;
  for (const TrackedFace& face : frame.faces) {
    if (!usable(face, frame_width_, frame_height_)) {
      continue;
    }
    saw_face_without_68_ = saw_face_without_68_ || !face.landmarks68;
    FaceState& state =
        faces_
            .try_emplace(face.id, FaceState{PoseFilter(options_.preset), {}, EosGuard(options_.preset), face})
            .first->second;
    state.observed = options_.preset.pose && options_.preset.smoother == Smoother::one_euro
                         ? state.one_euro.filter(face)
                         : face;
    state.last_seen = frame_;
  }
  std::erase_if(faces_,
                [this](const auto& entry) { return frame_ - entry.second.last_seen > options_.hold_frames; });

  FramePlan plan;
  for (auto& [id, state] : faces_) {
    if (std::optional<FacePlan> face = plan_face(state, tail)) {
      plan.faces.push_back(std::move(*face));
      state.announced = true;
    }
  }
  ++frame_;
  return plan;
}

std::optional<FacePlan> CausalPlanner::plan_face(FaceState& state, bool tail) {
  const std::optional<Similarity> fit = fit_similarity(state.observed.landmarks5, template_points_);
  if (!fit) {
    return std::nullopt;
  }
  FacePlan plan;
  plan.face_id = state.observed.id;
  plan.frame_to_crop = *fit;
  plan.reset = !state.announced;
  plan.tail = tail;
  plan.pose = pose_of(*fit, anchor_, state.observed.landmarks5);
  if (options_.preset.pose && options_.preset.smoother == Smoother::ema) {
    plan.pose = state.filter.filter(plan.pose);
    plan.frame_to_crop = similarity_of(plan.pose, anchor_);
  }
  if (tail) {
    plan.pose = state.guard.in_tail(plan.pose);
    plan.frame_to_crop = similarity_of(plan.pose, anchor_);
  } else {
    state.guard.before_tail(plan.pose);
  }
  plan.mask_polygon = mask_polygon(state.observed, plan.frame_to_crop, template_points_, options_.preset);
  if (!complete_geometry(plan, frame_width_, frame_height_, options_.crop_size)) {
    return std::nullopt;
  }
  return plan;
}

std::vector<std::string> CausalPlanner::notes() const {
  std::vector<std::string> notes;
  if (options_.preset.fhr && !options_.refined) {
    notes.emplace_back("fhr: landmarks were not refined and stay as observed");
  }
  if (options_.preset.eos && !frame_count_) {
    notes.emplace_back("eos: the number of frames is not known; the end-of-sequence guard is off");
  }
  if (saw_face_without_68_) {
    notes.emplace_back(
        "mask: the track has five landmarks a face; the area mask is the outline of a mean face");
  }
  return notes;
}

StreamPlanner::StreamPlanner(const PlanOptions& options, int frame_width, int frame_height)
    : smoother_(smoothing_),
      planner_(on_smooth_landmarks(options), frame_width, frame_height, std::nullopt),
      frame_width_(frame_width),
      frame_height_(frame_height) {}

std::optional<FramePlan> StreamPlanner::next(const TrackFrame& frame) {
  TrackFrame seen = frame;
  std::erase_if(seen.faces,
                [this](const TrackedFace& face) { return !usable(face, frame_width_, frame_height_); });
  const std::optional<TrackFrame> smooth = smoother_.push(std::move(seen));
  return smooth ? std::optional(planner_.next(*smooth)) : std::nullopt;
}

std::vector<FramePlan> StreamPlanner::finish() {
  std::vector<FramePlan> rest;
  for (const TrackFrame& frame : smoother_.finish()) {
    rest.push_back(planner_.next(frame));
  }
  return rest;
}

ClipPlan plan_offline(const FaceTrack& track, const PlanOptions& options) {
  const FaceTrack seen = without_unusable_faces(track);
  const int frames = static_cast<int>(track.frames.size());
  const Smoother smoother = options.preset.pose ? options.preset.smoother : Smoother::ema;
  if (smoother == Smoother::whittaker || smoother == Smoother::rts) {
    return plan_with(CausalPlanner(on_smooth_landmarks(options), track.width, track.height, frames),
                     smoother == Smoother::rts ? smooth_stream(seen) : smooth_clip(seen), options.crop_size);
  }
  return plan_with(CausalPlanner(options, track.width, track.height, frames), bridge_gaps(seen),
                   options.crop_size);
}

ClipPlan plan_causal(const FaceTrack& track, const PlanOptions& options) {
  if (!options.preset.pose || options.preset.smoother == Smoother::ema ||
      options.preset.smoother == Smoother::one_euro) {
    return plan_with(CausalPlanner(options, track.width, track.height, std::nullopt), track,
                     options.crop_size);
  }
  StreamPlanner planner(options, track.width, track.height);
  ClipPlan plan;
  plan.crop_size = options.crop_size;
  for (const TrackFrame& frame : track.frames) {
    if (std::optional<FramePlan> next = planner.next(frame)) {
      plan.frames.push_back(std::move(*next));
    }
  }
  for (FramePlan& rest : planner.finish()) {
    plan.frames.push_back(std::move(rest));
  }
  plan.notes = planner.notes();
  return plan;
}

ClipPlan plan_truth(const FaceTrack& truth, PlanOptions options) {
  const FaceTrack seen = without_unusable_faces(truth);
  options.preset.fhr = false;
  options.preset.eos = false;
  return plan_with(CausalPlanner(on_smooth_landmarks(options), truth.width, truth.height,
                                 static_cast<int>(truth.frames.size())),
                   seen, options.crop_size);
}

ClipPlan plan_unfiltered(const FaceTrack& track, PlanOptions options) {
  options.preset.fhr = false;
  options.preset.pose = false;
  options.preset.eos = false;
  return plan_offline(track, options);
}

}  // namespace ffbench::stability
