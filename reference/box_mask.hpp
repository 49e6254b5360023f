#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "core/preset.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Box mask": one axis of the box mask in 1/65536, 0 at both ends. `padding_low` and
/// `padding_high` are percent of `size`; `blur` as in the preset.
std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high);

/// NUMERICS.md, "Box mask": a square mask, the product of its two profiles. Every pixel is written.
void box_mask(double blur, const MaskPadding& padding, MaskView mask);

}  // namespace ffbench::reference
