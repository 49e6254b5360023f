#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/preset.hpp"
#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/gain_math.hpp"

// What the host computes once and the device reads.
namespace ffbench::cuda {

/// NUMERICS.md, "Linear light".
struct LightTables {
  std::array<std::uint16_t, 256> linear{};
  std::array<std::uint8_t, 65536> code_of{};  ///< nearest code of a linear value
};
const LightTables& light_tables();

/// NUMERICS.md, "Box mask": one axis, in 1/65536.
std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high);

SeamBand seam_band(const Preset& preset);
GainLimits gain_limits(const Preset& preset);

}  // namespace ffbench::cuda
