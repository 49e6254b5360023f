#pragma once

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/numeric/antialias.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Anti-aliased warp": cuts `crop` out of `frame`, each crop pixel the weighted mean
/// of the frame pixels it covers, replicated border; where the map does not minify, the bytes of
/// `warp`. Sizes as for `warp`.
void warp_antialiased(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop);

/// Channel `c` of crop pixel (x, y) before it is rounded, in 1/256 of a level. `kernel` is that of
/// the map, which minifies.
int antialiased_value(ConstBgrView frame, const AffineF& crop_to_frame, const AntialiasKernel& kernel, int x,
                      int y, int c);

}  // namespace ffbench::reference
