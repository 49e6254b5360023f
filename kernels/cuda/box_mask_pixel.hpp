#pragma once

#include <cstdint>

#include "kernels/cuda/arithmetic.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Box mask": the product of two profile values.
FFBENCH_DEVICE std::uint8_t box_value(std::uint32_t across, std::uint32_t down) {
  const std::uint64_t product = std::uint64_t{across} * down;
  return static_cast<std::uint8_t>((product * 255 + (std::uint64_t{1} << 31)) >> 32);
}

}  // namespace ffbench::cuda
