#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/geometry.hpp"

namespace ffbench {

/// Left eye, right eye, nose tip, left and right mouth corner, as they appear in the picture.
using Landmarks5 = std::array<Point, 5>;
/// The 68 points of the iBUG annotation: jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, mouth
/// 48-67.
using Landmarks68 = std::array<Point, 68>;

/// Five points from 68: mean of 36-41, mean of 42-47, 30, 48, 54.
Landmarks5 landmarks5_from_68(const Landmarks68& points);

/// The smallest box that holds the points.
Box bounding_box(const Landmarks68& points);

/// One face in one frame, as a detector or the truth gives it. `id` stays the same over the frames
/// of a clip.
struct TrackedFace {
  int id = 0;
  Box box;
  double score = 1;
  Landmarks5 landmarks5{};
  std::optional<Landmarks68> landmarks68;
  friend bool operator==(const TrackedFace&, const TrackedFace&) = default;
};

/// The faces of one frame, ascending by id. A face that was not found (dropout) is absent.
struct TrackFrame {
  std::vector<TrackedFace> faces;
  bool cut = false;  ///< a new scene begins with this frame: temporal state does not carry over
  friend bool operator==(const TrackFrame&, const TrackFrame&) = default;
};

/// All faces of a clip.
struct FaceTrack {
  int width = 0;
  int height = 0;
  std::string detector;  ///< who found them, e.g. "synthetic", "yunet", "haar", "truth"
  std::vector<TrackFrame> frames;
  friend bool operator==(const FaceTrack&, const FaceTrack&) = default;
};

}  // namespace ffbench
