#pragma once

#include <cstdint>

#include "core/executor.hpp"
#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/device_linear_light.hpp"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/pixels.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// The constants that all batches of an executor read: on the host the preset's parameters; in
/// device memory the source crop and its statistics, the box mask, the tables of linear light, and
/// the weights of the anti-aliased warp.
class ExecutorConstants {
 public:
  explicit ExecutorConstants(const ExecutorOptions& options);

  [[nodiscard]] const LinearLightPointers& linear_light() const { return linear_light_.pointers(); }
  [[nodiscard]] const std::uint8_t* source() const { return source_.data(); }
  [[nodiscard]] const unsigned long long* source_sums() const {
    return source_sums_.as<unsigned long long>();
  }
  /// A copy of `antialias_table().weights()`; null without the feature `antialias`.
  [[nodiscard]] const float* antialias_weights() const { return antialias_weights_.as<float>(); }
  [[nodiscard]] Pixels box() const { return {box_.data(), crop_size, crop_size, crop_size}; }

  int crop_size;
  SwapKind swap;
  Preset preset;
  SeamBand band;
  GainLimits limits;

 private:
  DeviceLinearLight linear_light_;
  DeviceBuffer source_;
  DeviceBuffer source_sums_;
  DeviceBuffer box_;
  DeviceBuffer antialias_weights_;
};

}  // namespace ffbench::cuda
