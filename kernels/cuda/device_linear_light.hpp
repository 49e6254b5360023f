#pragma once

#include "kernels/cuda/linear_light.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// Owns a copy of `linear_light_tables()` on the current device.
class DeviceLinearLight {
 public:
  DeviceLinearLight();
  [[nodiscard]] const LinearLightPointers& pointers() const { return pointers_; }

 private:
  DeviceBuffer memory_;
  LinearLightPointers pointers_{};
};

}  // namespace ffbench::cuda
