#pragma once

#include <vector>

#include "core/face_plan.hpp"
#include "core/geometry.hpp"

namespace ffbench::metrics {

/// The pixels both hold; empty (width and height 0) where they are apart.
Region intersect(const Region& a, const Region& b);

/// The smallest rectangle that holds both; an empty one counts as nothing.
Region bounding(const Region& a, const Region& b);

/// `region` grown by `margin` pixels on every side, then cut to a frame of `width` x `height`.
Region grown(const Region& region, int margin, int width, int height);

/// The whole pixels that a box touches, cut to the frame.
Region pixels_of(const Box& box, int width, int height);

/// Replaces rectangles that share pixels by their bounding rectangle until none do; drops empty
/// ones.
void merge_overlapping(std::vector<Region>& regions);

/// The pixels that the crop of a plan covers: the bounding rectangle of the crop's square in the
/// frame, one pixel more on every side for the interpolation, cut to the frame.
Region crop_region(const FacePlan& plan, int crop_size, int width, int height);

/// The bounding rectangle of the plan's mask polygon in the frame, or of the crop's square where it
/// has none.
Region face_region(const FacePlan& plan, int crop_size, int width, int height);

/// The face of that id in a frame's plan, or nullptr.
const FacePlan* find_face(const FramePlan& frame, int face_id);

}  // namespace ffbench::metrics
