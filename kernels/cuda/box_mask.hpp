#pragma once

#include <cstdint>

#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

struct BoxMaskItem {
  Pixels mask;
  const std::uint32_t* across;  ///< `box_profile` of the width
  const std::uint32_t* down;    ///< and of the height
};

/// NUMERICS.md, "Box mask".
void box_mask(const BoxMaskItem* items, int count, int width, int height, StreamHandle stream);

}  // namespace ffbench::cuda
