#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/preset.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Box mask": one axis of the box mask in 1/65536, 0 at both ends. `padding_low` and
/// `padding_high` are percent of `size`; `blur` as in the preset.
std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high);

/// NUMERICS.md, "Box mask": a square mask, the product of its two profiles. Every pixel is written.
void box_mask(double blur, const MaskPadding& padding, MaskView mask);

/// NUMERICS.md, "Area mask": lowers `mask` to the soft inside of a convex polygon whose edges are given; no
/// edge, no change. `feather` > 0 pixels.
void area_mask(std::span<const HalfPlane> edges, float feather, MaskView mask);

/// NUMERICS.md, "Mask hysteresis": moves `mask` no further from the previous mask than it has to be to stay
/// within `band` of the new one. Both have the same size; neither is read out of bounds.
void mask_hysteresis(ConstMaskView previous, int band, MaskView mask);

}  // namespace ffbench::reference
