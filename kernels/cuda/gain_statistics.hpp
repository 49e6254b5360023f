#pragma once

#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/linear_light.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

struct GainStatisticsItem {
  Pixels crop;
  unsigned long long* sums;  ///< three sums that are added to
};

/// NUMERICS.md, "Gain statistics".
void gain_statistics(const GainStatisticsItem* items, int count, int height,
                     const LinearLightPointers& linear_light, StreamHandle stream);

}  // namespace ffbench::cuda
