#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/face_plan.hpp"
#include "core/face_track.hpp"
#include "core/preset.hpp"
#include "stability/eos_guard.hpp"
#include "stability/gaps.hpp"
#include "stability/one_euro.hpp"
#include "stability/pose_filter.hpp"
#include "stability/stream_smoother.hpp"

namespace ffbench::stability {

/// What a plan is made for.
struct PlanOptions {
  Preset preset;
  int crop_size = 512;
  std::string warp_template = "arcface_128";
  /// The track's landmarks went through the refinement of feature `fhr`
  bool refined = false;
  int hold_frames = longest_gap;  ///< a face that is lost stays where it was for this many frames
};

/// Plans frame by frame, from the past alone: with the smoothers `ema` and `one_euro`; the others
/// need frames to come and are left to `StreamPlanner` and `plan_offline`, here the landmarks stay
/// as they are. Where the number of frames is not known the end-of-sequence guard is off and
/// `notes` says so. The planner is its own state: a copy of it goes on from where the original
/// stands, with the same bits.
class CausalPlanner {
 public:
  /// `frame_count` where the length of the clip is known.
  CausalPlanner(const PlanOptions& options, int frame_width, int frame_height,
                std::optional<int> frame_count);

  /// The plan of the next frame. A face that drops out stays where it was for up to `longest_gap`
  /// frames.
  FramePlan next(const TrackFrame& frame);

  /// Features that are on but cannot act, one sentence each.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  struct FaceState {
    PoseFilter filter;
    FaceOneEuro one_euro;
    EosGuard guard;
    TrackedFace observed;  ///< as last seen
    int last_seen = 0;
    bool announced = false;  ///< a plan has reset this face in the executor
  };

  std::optional<FacePlan> plan_face(FaceState& state, bool tail);

  PlanOptions options_;
  int frame_width_;
  int frame_height_;
  std::optional<int> frame_count_;
  Landmarks5 template_points_;
  Point anchor_;
  int frame_ = 0;
  bool saw_face_without_68_ = false;
  std::map<int, FaceState> faces_;
};

/// Plans a stream with the smoother `rts`: as `CausalPlanner`, `delay` frames late.
class StreamPlanner {
 public:
  StreamPlanner(const PlanOptions& options, int frame_width, int frame_height);

  /// How many frames the plans come after the frames.
  [[nodiscard]] int delay() const { return smoothing_.look_ahead; }

  /// Takes the next frame; gives the plan of the frame `delay` frames before it, once there is one.
  std::optional<FramePlan> next(const TrackFrame& frame);

  /// The plans of the frames that are still waiting, when the stream has ended.
  std::vector<FramePlan> finish();

  [[nodiscard]] std::vector<std::string> notes() const { return planner_.notes(); }

 private:
  StreamSmoothing smoothing_;
  StreamSmoother smoother_;
  CausalPlanner planner_;
  int frame_width_;
  int frame_height_;
};

/// Plans a whole clip: bridges dropouts from both sides, knows where the clip ends, otherwise as
/// `CausalPlanner`.
ClipPlan plan_offline(const FaceTrack& track, const PlanOptions& options);

/// Plans frame by frame as a stream would, without knowing the number of frames: with a look-ahead
/// of five frames for the smoothers `rts` and, since there is no whole clip, `whittaker`.
ClipPlan plan_causal(const FaceTrack& track, const PlanOptions& options);

/// The truth plan (docs/metrics.md): the similarity fitted to the true landmarks, without filter
/// and guard, in the frames that have them. Truth has no dropouts to bridge, and a face that has
/// left is not held.
ClipPlan plan_truth(const FaceTrack& truth, PlanOptions options);

/// The raw plan (docs/metrics.md): the similarity fitted to the observed landmarks, without filter
/// and guard; dropouts bridged.
ClipPlan plan_unfiltered(const FaceTrack& track, PlanOptions options);

}  // namespace ffbench::stability
