#pragma once

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// NUMERICS.md, "Warp": cuts `crop` out of `frame`, bilinear, replicated border; the same bytes as
/// reference::warp. Every pixel of `crop` is written and nothing outside the two views is read or
/// written; `frame` has at least one pixel and at most 2^15 a side. The views do not overlap.
void warp(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop);

/// The same for some rows of the crop alone.
void warp_rows(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop, RowRange rows);

}  // namespace ffbench::cpu
