#pragma once

#include <cstdint>

#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

struct alignas(16) ApplyGainsItem {
  Pixels crop;                 ///< in place
  const std::uint8_t* tables;  ///< 3 x 256, aligned to 4 bytes
};

/// Replaces every byte by its entry in its channel's table. `dense`: no crop has padding, and all
/// are aligned to 16 bytes.
void apply_gains(const ApplyGainsItem* items, int count, int width, int height, bool dense,
                 StreamHandle stream);

}  // namespace ffbench::cuda
