#pragma once

#include <cstdint>
#include <map>

#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// The state of one face between frames: on the device the gains and the previous mask, on the host
/// whether there are any.
struct FaceState {
  explicit FaceState(int crop_size)
      : gains(3 * sizeof(std::int64_t)),
        mask(static_cast<std::size_t>(crop_size) * static_cast<std::size_t>(crop_size)) {
    // Kernels read the state before they know whether it is used.
    const Stream stream;
    for (const DeviceBuffer* buffer : {&gains, &mask}) {
      check(cudaMemsetAsync(buffer->data(), 0, buffer->size(), stream.get()), "clearing device memory");
    }
    stream.synchronize();
  }

  DeviceBuffer gains;
  DeviceBuffer mask;
  bool has_gains = false;
  bool has_mask = false;
};

class FaceStates {
 public:
  explicit FaceStates(int crop_size) : crop_size_(crop_size) {}

  /// Creates the states of new faces. Throws `CudaError` where there is no memory.
  void reserve(const BatchPlan& plan) {
    for (const BatchFace& face : plan.faces) {
      if (!states_.contains(face.plan->face_id)) {
        states_.try_emplace(face.plan->face_id, crop_size_);
      }
    }
  }

  FaceState& operator[](int face_id) { return states_.at(face_id); }

  /// Resets all states, but keeps the memory.
  void restart() {
    for (auto& [id, state] : states_) {
      state.has_gains = state.has_mask = false;
    }
  }

 private:
  int crop_size_;
  std::map<int, FaceState> states_;
};

}  // namespace ffbench::cuda
