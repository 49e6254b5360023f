#include "stability/stream_smoother.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <utility>

#include "stability/gaps.hpp"
#include "stability/landmark_motion.hpp"
#include "stability/whittaker.hpp"

namespace ffbench::stability {
namespace {

constexpr int order = 3;

const TrackedFace* find(const TrackFrame& frame, int id) {
  const auto at = std::find_if(frame.faces.begin(), frame.faces.end(),
                               [id](const TrackedFace& face) { return face.id == id; });
  return at == frame.faces.end() ? nullptr : &*at;
}

}  // namespace

std::optional<TrackFrame> StreamSmoother::push(TrackFrame frame) {
  window_.push_back(std::move(frame));
  if (window_.size() <= at_ + static_cast<std::size_t>(options_.look_ahead)) {
    return std::nullopt;
  }
  return smoothed();
}

std::vector<TrackFrame> StreamSmoother::finish() {
  std::vector<TrackFrame> rest;
  while (at_ < window_.size()) {
    rest.push_back(smoothed());
  }
  return rest;
}

TrackFrame StreamSmoother::smoothed() {
  const TrackFrame& frame = window_[at_];
  if (frame.cut) {
    known_.clear();
  }
  std::set<int> ids;
  for (const TrackedFace& face : frame.faces) {
    ids.insert(face.id);
  }
  for (const auto& entry : known_) {
    ids.insert(entry.first);
  }
  TrackFrame result;
  result.cut = frame.cut;
  for (const int id : ids) {
    if (std::optional<TrackedFace> face = smoothed_face(id)) {
      result.faces.push_back(std::move(*face));
    } else {
      known_.erase(id);
    }
  }
  ++at_;
  while (at_ > static_cast<std::size_t>(options_.memory)) {
    window_.pop_front();
    --at_;
  }
  return result;
}

std::optional<TrackedFace> StreamSmoother::smoothed_face(int id) {
  // The stretch of the window that belongs to this life of the face.
  std::size_t first = at_;
  std::size_t nearest = at_;
  bool seen = find(window_[at_], id) != nullptr;
  int missing = seen ? 0 : 1;
  for (std::size_t t = at_; t > 0 && !window_[t].cut && missing <= longest_gap; --t) {
    if (find(window_[t - 1], id) != nullptr) {
      nearest = seen ? nearest : t - 1;
      seen = true;
      first = t - 1;
      missing = 0;
    } else {
      ++missing;
    }
  }
  if (!seen) {
    return std::nullopt;
  }
  std::size_t end = at_ + 1;
  missing = static_cast<int>(at_ - nearest);
  for (std::size_t t = at_ + 1; t < window_.size() && !window_[t].cut && missing <= longest_gap; ++t) {
    if (find(window_[t], id) != nullptr) {
      end = t + 1;
      missing = 0;
    } else {
      ++missing;
    }
  }

  const TrackedFace& face = *find(window_[nearest], id);
  Known& known = known_[id];
  if (known.reference.empty()) {
    known.with_68 = face.landmarks68.has_value();
    known.reference = all_landmarks(face, known.with_68);
  }
  const std::vector<double> uniform(known.reference.size(), 1.0);
  const Point anchor = centroid(known.reference, uniform);
  std::vector<double> weights(end - first, 0.0);
  std::vector<MotionVector> motions(end - first);
  std::vector<std::vector<double>> shapes(end - first, std::vector<double>(2 * known.reference.size(), 0.0));
  double roll = 0;
  int measured = 0;
  for (std::size_t t = first; t < end; ++t) {
    const TrackedFace* here = find(window_[t], id);
    if (here == nullptr || (known.with_68 && !here->landmarks68)) {
      continue;
    }
    std::optional<Placement> placement = place(all_landmarks(*here, known.with_68), known.reference, uniform);
    if (!placement) {
      continue;
    }
    weights[t - first] = 1;
    motions[t - first] = motion_of(placement->to_reference, anchor, roll);
    roll = motions[t - first][3];
    shapes[t - first] = std::move(placement->deviation);
    ++measured;
  }
  TrackedFace result = face;
  if (measured <= order) {
    return result;
  }
  const std::size_t here = at_ - first;
  const std::vector<double> motion_row = whittaker_row(weights, order, options_.motion_penalty, here);
  const std::vector<double> shape_row = whittaker_row(weights, order, options_.shape_penalty, here);
  MotionVector motion{};
  std::vector<double> shape(2 * known.reference.size(), 0.0);
  for (std::size_t t = 0; t < weights.size(); ++t) {
    for (std::size_t axis = 0; axis < motion_axes; ++axis) {
      motion[axis] += motion_row[t] * motions[t][axis];
    }
    for (std::size_t i = 0; i < shape.size(); ++i) {
      shape[i] += shape_row[t] * shapes[t][i];
    }
  }
  set_landmarks(result, points_of(motion, shape, known.reference, anchor));
  return result;
}

FaceTrack smooth_stream(const FaceTrack& track, const StreamSmoothing& options) {
  FaceTrack result = track;
  result.frames.clear();
  StreamSmoother smoother(options);
  for (const TrackFrame& frame : track.frames) {
    if (std::optional<TrackFrame> smooth = smoother.push(frame)) {
      result.frames.push_back(std::move(*smooth));
    }
  }
  for (TrackFrame& frame : smoother.finish()) {
    result.frames.push_back(std::move(frame));
  }
  return result;
}

}  // namespace ffbench::stability
