#pragma once

#include "kernels/cuda/warp.hpp"

namespace ffbench::cuda {

/// The warp of many crops, from Ampere on: each tile's footprint in the frame is first copied to
/// shared memory.
void warp_staged(const WarpItem* items, int count, int width, int height, bool statistics,
                 const LinearLightPointers& linear_light, StreamHandle stream);

}  // namespace ffbench::cuda
