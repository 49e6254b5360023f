#pragma once

#include <optional>
#include <vector>

#include "core/face_plan.hpp"

namespace ffbench::stability {

/// The convex hull of the points, clockwise on screen (y down), without collinear points; fewer
/// than three points where there is no area.
std::vector<Point> convex_hull(std::vector<Point> points);

/// Derives `geometry` from the plan's similarity and mask polygon for a frame and a crop of these
/// sizes (NUMERICS.md, "Geometry"). Returns false, leaving the plan unusable, where a number is not
/// finite or the similarity cannot be inverted.
[[nodiscard]] bool complete_geometry(FacePlan& plan, int frame_width, int frame_height, int crop_size);

}  // namespace ffbench::stability
