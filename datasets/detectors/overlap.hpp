#pragma once

#include <vector>

#include "core/face_track.hpp"

namespace ffbench {

/// Intersection over union of two boxes, 0 to 1.
double overlap_of(const Box& a, const Box& b);

/// The faces by falling score, less those that overlap a better one by more than `threshold`; of
/// more than `most_faces_in_frame` the best.
std::vector<TrackedFace> without_overlaps(std::vector<TrackedFace> faces, double threshold);

}  // namespace ffbench
