#pragma once

#include <span>

#include "core/geometry.hpp"
#include "core/image.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Area mask": lowers `mask` to the soft inside of a convex polygon whose edges are
/// given; no edge, no change. `feather` > 0 pixels.
void area_mask(std::span<const HalfPlane> edges, float feather, MaskView mask);

}  // namespace ffbench::reference
