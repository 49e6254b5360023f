#pragma once

#include "kernels/cuda/warp.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Anti-aliased warp"; the plain warp where an item has no taps. With `statistics`,
/// also adds the gain statistics of the crops.
void warp_antialiased(const WarpItem* items, int count, int width, int height, bool statistics,
                      const LinearLightPointers& linear_light, StreamHandle stream);

}  // namespace ffbench::cuda
