#pragma once

#include "core/geometry.hpp"
#include "core/image.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Warp": cuts `crop` out of `frame`, bilinear, replicated border. `crop_to_frame`
/// maps crop pixels to frame pixels. Every pixel of `crop` is written; `frame` has at least one
/// pixel and at most 2^15 a side.
void warp(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop);

}  // namespace ffbench::reference
