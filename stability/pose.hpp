#pragma once

#include "core/face_plan.hpp"
#include "core/face_track.hpp"
#include "core/geometry.hpp"

namespace ffbench::stability {

/// The pose of a face whose similarity into the crop is `frame_to_crop`. `anchor` is the point of
/// the crop, in crop pixels, about which the face turns and scales: the mean of the template's
/// points. Its place in the frame is the pose's centre, so that a small change of roll or scale
/// moves the face's rim and not its middle. Yaw and pitch are estimated from the landmarks
/// (`estimate_turn`); they steer filters and never move pixels.
Pose pose_of(const Similarity& frame_to_crop, Point anchor, const Landmarks5& landmarks);

/// The similarity of a pose: the inverse of `pose_of`, yaw and pitch apart.
Similarity similarity_of(const Pose& pose, Point anchor);

struct Turn {
  double yaw;
  double pitch;
};

/// Yaw and pitch in radians from five points of one picture, under orthographic projection of a
/// head whose nose tip stands half an eye distance before the plane of eyes and mouth. A monotone
/// measure of turning, not a calibrated angle: good to a few degrees up to 40 degrees.
Turn estimate_turn(const Landmarks5& landmarks);

}  // namespace ffbench::stability
