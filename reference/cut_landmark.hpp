#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "core/numeric/refinement.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Landmark refinement": luma, each pixel's with those around; one pixel less all
/// around. Rows from the top.
std::vector<std::uint8_t> smoothed_luma(ConstBgrView image);

/// Operator `cut-landmark`: what a frame shows about a landmark. `view_to_frame` is that of
/// PatchMap.
LandmarkView cut_landmark(ConstBgrView frame, const AffineF& view_to_frame);

}  // namespace ffbench::reference
