#pragma once

#include "core/preset.hpp"
#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/gain_math.hpp"

namespace ffbench::cuda {

/// The parameters of a preset in the form that kernels take.
SeamBand seam_band(const Preset& preset);
GainLimits gain_limits(const Preset& preset);

}  // namespace ffbench::cuda
