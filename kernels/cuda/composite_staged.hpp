#pragma once

#include "kernels/cuda/kernels.hpp"

namespace ffbench::cuda {

/// The composite of many packed sprites, from Ampere on: what a warp reads is brought to shared memory first.
void composite_staged(const CompositeItem<PackedSprite>* items, int count, int tiles, const ScaledBand& band,
                      StreamHandle stream);

}  // namespace ffbench::cuda
