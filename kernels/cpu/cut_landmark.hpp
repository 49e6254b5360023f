#pragma once

#include "core/image.hpp"
#include "core/numeric/refinement.hpp"
#include "kernels/cpu/warp_antialiased.hpp"

namespace ffbench::cpu {

/// NUMERICS.md, "Landmark refinement"; the same as reference::cut_landmark. `tables` belong to the
/// caller, who keeps them from landmark to landmark: those of a face share their weights.
LandmarkView cut_landmark(ConstBgrView frame, const AffineF& view_to_frame, AntialiasTables& tables);

}  // namespace ffbench::cpu
