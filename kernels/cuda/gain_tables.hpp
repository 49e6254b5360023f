#pragma once

#include <cstdint>

#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/linear_light.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Gain tables": 3 x 256 entries from three gains in 1/256.
void gain_tables(const std::int64_t* quantised, std::uint8_t* tables, const LinearLightPointers& linear_light,
                 StreamHandle stream);

}  // namespace ffbench::cuda
