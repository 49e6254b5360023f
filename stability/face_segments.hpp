#pragma once

#include <cstddef>
#include <vector>

#include "core/face_track.hpp"

namespace ffbench::stability {

/// One segment of a face: consecutive frames, in some of which it was measured. Behind its end it
/// goes on for a while.
struct FaceSegment {
  std::size_t first_frame = 0;
  std::vector<TrackedFace> faces;
  std::vector<bool> measured;
};

/// The segments of all faces in the bridged track. Each begins up to `longest_gap` frames before
/// the face is found and ends as many after it is lost, where it may already or still be there; not
/// beyond a cut or another segment of the same face.
std::vector<FaceSegment> face_segments(const FaceTrack& track, const FaceTrack& bridged);

}  // namespace ffbench::stability
