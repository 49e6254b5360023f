#pragma once

#include <cstdint>

#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/linear_light.hpp"

namespace ffbench::cuda {

/// The gains of one face in one frame.
struct GainStep {
  unsigned long long* target;         ///< sums of the warped crop; set to 0 for the next batch
  const unsigned long long* swapped;  ///< sums of the crop that replaces it
  std::uint8_t* tables;               ///< out: 3 x 256, aligned to 16 bytes
  int first;                          ///< the state holds nothing yet
  int hold;                           ///< a state that holds gains stays as it is
};

/// The frames of one face in order.
struct alignas(16) GainTrack {
  std::int64_t* state;  ///< three gains in 1/65536
  const GainStep* steps;
  int count;
};

/// NUMERICS.md, "Gain update", then "Gain tables" of every step.
void gain_update(const GainTrack* tracks, int count, const GainLimits& limits,
                 const LinearLightPointers& linear_light, StreamHandle stream);

}  // namespace ffbench::cuda
