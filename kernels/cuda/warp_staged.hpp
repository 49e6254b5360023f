#pragma once

#include "kernels/cuda/kernels.hpp"

namespace ffbench::cuda {

/// The warp of many crops, from Ampere on: what a warp of threads reads is brought to shared memory first.
void warp_staged(const WarpItem* items, int count, int width, int height, bool statistics,
                 const LightPointers& light, StreamHandle stream);

}  // namespace ffbench::cuda
