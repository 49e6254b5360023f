#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "core/face_track.hpp"
#include "core/geometry.hpp"

namespace ffbench::stability {

/// How `StreamSmoother` smooths. Penalties are the lambda of `whittaker`; order 3.
struct StreamSmoothing {
  int look_ahead = 5;         ///< frames that a frame waits for
  int memory = 30;            ///< frames before it that have a say
  double motion_penalty = 4;  ///< of centre, scale and roll
  double shape_penalty = 4;   ///< of every point's place in the face
};

/// The landmarks of a stream, freed of the detector's noise, with a delay of `look_ahead` frames (docs/stability.md): a Rauch-Tung-Striebel
/// smoother of fixed lag for a motion whose acceleration is a random walk, in the form of penalised least squares over a
/// sliding window. Each frame's points are split into a similarity and a shape by the face's first frame. A face that is
/// missing for up to `longest_gap` frames is filled in; a cut and a longer absence begin anew. The state is plain data: a
/// copy goes on with the same bits.
class StreamSmoother {
 public:
  explicit StreamSmoother(const StreamSmoothing& options = {}) : options_(options) {}

  /// Takes the next frame; gives the frame that is `look_ahead` frames older, smoothed, once there is one.
  std::optional<TrackFrame> push(TrackFrame frame);

  /// The frames that are still waiting, when the stream has ended.
  std::vector<TrackFrame> finish();

 private:
  struct Known {
    std::vector<Point> reference;
    bool with_68 = false;
  };

  TrackFrame smoothed();
  [[nodiscard]] std::optional<TrackedFace> smoothed_face(int id);

  StreamSmoothing options_;
  std::deque<TrackFrame> window_;
  std::size_t at_ = 0;  ///< the place in the window of the frame that is given out next
  std::map<int, Known> known_;
};

/// A whole track through a `StreamSmoother`.
FaceTrack smooth_stream(const FaceTrack& track, const StreamSmoothing& options = {});

}  // namespace ffbench::stability
