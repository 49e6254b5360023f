#pragma once

#include <functional>
#include <vector>

#include "core/face_track.hpp"
#include "core/image.hpp"

namespace ffbench {

class Clip;
class Detector;

struct TrackerOptions {
  /// A face not found for more frames than this is a new face when it comes back.
  int maximum_gap = 15;
  /// Tracks with fewer detections are dropped as false. A scene shorter than twice as many frames
  /// asks for half its length instead.
  int minimum_length = 1;
  /// Tracks without a single detection of this score are dropped as false.
  double minimum_best_score = 0;
};

/// Joins the detections of consecutive frames into tracks. Pairs are taken greedily by falling
/// likeness (overlap of the boxes less the distance of their centres in box sizes), against the box
/// where the track was last seen. A cut ends every track. Ids are 0, 1, ... by first appearance and
/// are never used again within a clip, so that those after a cut are new ones. Result: the faces of
/// each frame ascending by id.
std::vector<TrackFrame> associate(std::vector<TrackFrame> detections, const TrackerOptions& options);

/// Called after each frame with the number done and the number of all; returns false to give up,
/// upon which `build_track` throws `Error`.
using TrackProgress = std::function<bool(int done, int count)>;

/// Detects and tracks every face of the clip, reading it once from its beginning.
FaceTrack build_track(Clip& clip, Detector& detector, const TrackProgress& progress = {});

}  // namespace ffbench
