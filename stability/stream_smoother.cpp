#include "stability/stream_smoother.hpp"

#include <utility>

namespace ffbench::stability {

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
  // The frames of this scene.
  std::size_t first = at_;
  while (first > 0 && !window_[first].cut) {
    --first;
  }
  std::size_t end = at_ + 1;
  while (end < window_.size() && !window_[end].cut) {
    ++end;
  }
  FaceTrack scene;
  scene.frames.assign(window_.begin() + static_cast<std::ptrdiff_t>(first),
                      window_.begin() + static_cast<std::ptrdiff_t>(end));
  TrackFrame result = std::move(smooth_clip(scene, options_.window).frames[at_ - first]);
  ++at_;
  while (at_ > static_cast<std::size_t>(options_.memory)) {
    window_.pop_front();
    --at_;
  }
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
