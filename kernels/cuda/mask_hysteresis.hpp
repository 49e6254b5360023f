#pragma once

#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

struct alignas(16) MaskHysteresisItem {
  Pixels previous;
  Pixels mask;  ///< in place
  int band;
};

/// NUMERICS.md, "Mask hysteresis".
void mask_hysteresis(const MaskHysteresisItem* items, int count, int width, int height, StreamHandle stream);

}  // namespace ffbench::cuda
