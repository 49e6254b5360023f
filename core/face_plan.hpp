#pragma once

#include <string>
#include <vector>

#include "core/face_track.hpp"
#include "core/geometry.hpp"

namespace ffbench {

/// Head pose as the plan sees it. Roll and yaw and pitch in radians, scale in crop pixels per frame
/// pixel.
struct Pose {
  double yaw = 0;
  double pitch = 0;
  double roll = 0;
  double scale = 1;
  Point centre;  ///< of the face, in the frame
  friend bool operator==(const Pose&, const Pose&) = default;
};

/// What the pixel operators are handed, derived from the plan once and in one place, so that every
/// backend starts from the same bits (stability/plan_geometry.hpp).
struct FaceGeometry {
  AffineF crop_to_frame;  ///< where the warp samples the frame
  AffineF frame_to_crop;  ///< where the composite samples the crop
  /// The part of the frame that the composite may change; empty: nothing to paste
  Region region;
  /// The area mask's polygon, one edge each; empty: no area mask
  std::vector<HalfPlane> mask_edges;
  friend bool operator==(const FaceGeometry&, const FaceGeometry&) = default;
};

/// Everything the pixel stages need to know of one face in one frame. All numbers are finite; the
/// similarity is invertible. Made by stability/, read by every executor.
struct FacePlan {
  int face_id = 0;
  Similarity frame_to_crop;
  FaceGeometry geometry;
  Pose pose;
  /// Convex, in crop pixels, clockwise on screen; empty: no area mask
  std::vector<Point> mask_polygon;
  /// Temporal state of this face is reset: first seen, seen again, new scene
  bool reset = false;
  bool tail = false;  ///< within the end-of-sequence guard: slow parameters stay as they were
  friend bool operator==(const FacePlan&, const FacePlan&) = default;
};

/// The faces of one frame, ascending by id. Faces are pasted in this order.
struct FramePlan {
  std::vector<FacePlan> faces;
  friend bool operator==(const FramePlan&, const FramePlan&) = default;
};

/// A whole clip's plan.
struct ClipPlan {
  int crop_size = 0;
  std::vector<FramePlan> frames;
  std::vector<std::string> notes;  ///< features that are on but could not act, one sentence each
  friend bool operator==(const ClipPlan&, const ClipPlan&) = default;
};

}  // namespace ffbench
