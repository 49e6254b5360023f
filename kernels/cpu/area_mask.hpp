#pragma once

#include <span>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// NUMERICS.md, "Area mask": lowers `mask` to the soft inside of a convex polygon whose edges are
/// given; no edge, no change. `feather` > 0 pixels. At most `max_mask_edges` edges; throws `Error`
/// for more.
void area_mask(std::span<const HalfPlane> edges, float feather, MaskView mask);

/// The same for some rows.
void area_mask_rows(std::span<const HalfPlane> edges, float feather, MaskView mask, RowRange rows);

/// More than the convex hull of 68 points can have.
inline constexpr int max_mask_edges = 256;

}  // namespace ffbench::cpu
