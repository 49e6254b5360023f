#pragma once

#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// The tables of light on the current device.
class DeviceLight {
 public:
  DeviceLight();
  [[nodiscard]] const LightPointers& pointers() const { return pointers_; }

 private:
  DeviceBuffer memory_;
  LightPointers pointers_{};
};

}  // namespace ffbench::cuda
