#pragma once

#include <cstddef>
#include <vector>

#include "core/face_track.hpp"

namespace ffbench::stability {

/// One life of a face: consecutive frames, in some of which it was measured. Behind its end it goes on for a while.
struct Life {
  std::size_t first_frame = 0;
  std::vector<TrackedFace> faces;
  std::vector<bool> measured;
};

/// The lives of all faces in the bridged track. Each begins up to `longest_gap` frames before the face is found and ends as
/// many after it is lost, where it may already or still be there; not beyond a cut or another life of the same face.
std::vector<Life> lives_of(const FaceTrack& track, const FaceTrack& bridged);

}  // namespace ffbench::stability
