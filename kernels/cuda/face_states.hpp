#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "core/executor.hpp"
#include "core/kept_faces.hpp"
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

  /// Makes room for the states of new faces. Throws `CudaError` where there is no memory.
  void reserve(const BatchPlan& plan) {
    std::set<int> faces;
    for (const BatchFace& face : plan.faces) {
      if (!states_.contains(face.plan->face_id)) {
        faces.insert(face.plan->face_id);
      }
    }
    while (free_.size() < faces.size()) {
      free_.push_back(std::make_unique<FaceState>(crop_size_));
    }
  }

  /// Gives every face of the batch its state, from the room that `reserve` made. Returns which of
  /// the faces start again at their frame, because they are new or not kept any more (`KeptFaces`).
  std::vector<bool> begin_batch(const BatchPlan& plan, std::span<const FrameJob> tasks) {
    std::vector<bool> starts(plan.faces.size());
    std::size_t at = 0;
    for (std::size_t t = 0; t < tasks.size(); ++t) {
      for (; at < plan.faces.size() && plan.faces[at].task == static_cast<int>(t); ++at) {
        starts[at] = !kept_.contains(plan.faces[at].plan->face_id);
      }
      kept_.draw(*tasks[t].plan);
    }
    for (const BatchFace& face : plan.faces) {
      std::unique_ptr<FaceState>& state = states_[face.plan->face_id];
      if (!state) {
        state = std::move(free_.back());
        free_.pop_back();
      }
    }
    return starts;
  }

  /// Once the batch's parameters are written: the states of faces that are not kept serve the next
  /// batch, whose kernels run after this one's.
  void end_batch() {
    for (auto entry = states_.begin(); entry != states_.end();) {
      if (kept_.contains(entry->first)) {
        ++entry;
      } else {
        free_.push_back(std::move(entry->second));
        entry = states_.erase(entry);
      }
    }
  }

  FaceState& operator[](int face_id) { return *states_.at(face_id); }

  /// Resets all states, but keeps the memory.
  void restart() {
    kept_.clear();
    for (auto& [id, state] : states_) {
      free_.push_back(std::move(state));
    }
    states_.clear();
  }

 private:
  int crop_size_;
  KeptFaces kept_;
  std::map<int, std::unique_ptr<FaceState>> states_;
  std::vector<std::unique_ptr<FaceState>> free_;
};

}  // namespace ffbench::cuda
