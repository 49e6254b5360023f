#include "kernels/cuda/preset_parameters.hpp"

#include <cstdint>

namespace ffbench::cuda {
namespace {

std::int64_t to_q16(double value) {
  return static_cast<std::int64_t>(value * 65536 + 0.5);  // NOLINT(bugprone-incorrect-roundings)
}

}  // namespace

SeamBand seam_band(const Preset& preset) {
  return {static_cast<float>(preset.seam_low), static_cast<float>(1 / (preset.seam_high - preset.seam_low)),
          preset.seam ? static_cast<float>(16 * preset.seam_lift) : 0.0F};
}

GainLimits gain_limits(const Preset& preset) {
  return {to_q16(preset.gains_min), to_q16(preset.gains_max), to_q16(1 - preset.gains_beta)};
}

}  // namespace ffbench::cuda
