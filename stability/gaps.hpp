#pragma once

#include "core/face_track.hpp"

namespace ffbench::stability {

/// A face that is missing for at most this many frames is taken to be still there (a detector's
/// dropout).
inline constexpr int longest_gap = 6;

/// True where the face can be used: every coordinate finite and within ten frame sizes of the
/// frame, and the five points not all in one place.
bool usable(const TrackedFace& face, int frame_width, int frame_height);

/// Removes the faces that are not `usable`: a face with absurd landmarks is lost for that frame.
FaceTrack without_unusable_faces(const FaceTrack& track);

/// Offline bridging: a face missing for up to `longest` frames between two frames of the same scene
/// gets landmarks interpolated linearly between its neighbours, and their mean score. Where the
/// clip itself begins or ends within `longest_gap` frames, the face stays where it is seen next or
/// was seen last. Other gaps at the ends of its life stay.
FaceTrack bridge_gaps(const FaceTrack& track, int longest = longest_gap);

}  // namespace ffbench::stability
