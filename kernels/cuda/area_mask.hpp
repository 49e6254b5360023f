#pragma once

#include "core/geometry.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

struct alignas(16) AreaMaskItem {
  Pixels start;  ///< the mask that is lowered; may be `mask` itself
  Pixels mask;   ///< out
  const HalfPlane* edges;
  int edge_count;
  float feather;
  float per_pixel;  ///< 1 / feather
};

/// NUMERICS.md, "Area mask".
void area_mask(const AreaMaskItem* items, int count, int width, int height, StreamHandle stream);

}  // namespace ffbench::cuda
