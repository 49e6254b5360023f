#pragma once

#include "kernels/cuda/backend.hpp"

namespace ffbench {

/// How the executor of a pipeline computes. A backend takes what it has and leaves the rest;
/// nothing here changes a byte of what it computes.
struct ExecutorTuning {
  int threads = 1;             ///< of the backend cpu
  cuda::DeviceOptions cuda{};  ///< of the backend cuda
  friend bool operator==(const ExecutorTuning&, const ExecutorTuning&) = default;
};

}  // namespace ffbench
