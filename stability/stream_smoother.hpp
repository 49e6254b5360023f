#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "core/face_track.hpp"
#include "stability/clip_smoother.hpp"

namespace ffbench::stability {

/// How `StreamSmoother` smooths.
struct StreamSmoothing {
  int look_ahead = 5;  ///< frames that a frame waits for
  int memory = 30;     ///< frames before it that have a say
  /// Of order 3, that of a motion whose acceleration is a random walk.
  ClipSmoothing window{.motion = {3, 3, 1.2, 0, true}};
};

/// The landmarks of a stream, freed of the detector's noise, with a delay of `look_ahead` frames
/// (docs/stability.md): a smoother of fixed lag, Rauch's, Tung's and Striebel's in its form as
/// penalised least squares over a sliding window, by `smooth_clip`. A face that is missing for up
/// to `longest_gap` frames goes on; a cut begins again. The state is plain data: a copy goes on
/// with the same bits.
class StreamSmoother {
 public:
  explicit StreamSmoother(const StreamSmoothing& options = {}) : options_(options) {}

  /// Takes the next frame; gives the frame that is `look_ahead` frames older, smoothed, once there
  /// is one.
  std::optional<TrackFrame> push(TrackFrame frame);

  /// The frames that are still waiting, when the stream has ended.
  std::vector<TrackFrame> finish();

 private:
  TrackFrame smoothed();

  StreamSmoothing options_;
  std::deque<TrackFrame> window_;
  std::size_t at_ = 0;  ///< the place in the window of the frame that is given out next
};

/// A whole track through a `StreamSmoother`.
FaceTrack smooth_stream(const FaceTrack& track, const StreamSmoothing& options = {});

}  // namespace ffbench::stability
