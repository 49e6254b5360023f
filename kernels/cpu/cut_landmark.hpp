#pragma once

#include "core/image.hpp"
#include "core/numeric/refinement.hpp"

namespace ffbench::cpu {

/// NUMERICS.md, "Landmark refinement"; the same as reference::cut_landmark.
LandmarkView cut_landmark(ConstBgrView frame, const AffineF& view_to_frame);

}  // namespace ffbench::cpu
