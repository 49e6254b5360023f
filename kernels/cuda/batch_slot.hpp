#pragma once

#include <optional>
#include <vector>

#include "core/executor.hpp"
#include "kernels/cuda/batch_memory.hpp"
#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/fault_points.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// A batch in flight: its memory, its stream, and what to do when it is done.
struct Slot {
  explicit Slot(int crop_size) : memory(crop_size) {
    if (fault_points::copies_at_once()) {
      side.emplace();
    }
  }

  BatchMemory memory;
  Stream stream;
  /// For copies that do not wait for the computation; there only with the fault point
  /// `copies_at_once`.
  std::optional<Stream> side;
  Event computed;
  Event done;
  bool busy = false;
  bool on_device = false;  ///< the tasks' frames are in device memory
  BatchPlan plan;
  std::vector<FrameJob> tasks;
  /// Around the kernels of a batch that is timed.
  struct Clock {
    Event begin{Event::Kind::timing};
    Event end{Event::Kind::timing};
  };
  std::optional<Clock> clock;
  bool timed = false;        ///< the batch in flight is
  std::vector<bool> staged;  ///< by transfer: comes back through the staging memory
};

}  // namespace ffbench::cuda
