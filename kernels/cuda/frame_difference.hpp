#pragma once

#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

struct alignas(16) FrameDifferenceItem {
  Pixels a;
  Pixels b;
  unsigned long long* sum;  ///< added to
};

/// Sums of squared differences of all bytes. `dense`: no image has padding, and all are aligned to
/// 16 bytes.
void frame_difference(const FrameDifferenceItem* items, int count, int width, int height, bool dense,
                      StreamHandle stream);

}  // namespace ffbench::cuda
