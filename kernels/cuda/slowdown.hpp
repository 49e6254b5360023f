#pragma once

#include <cstdint>
#include <optional>

#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// The slow-down of an executor's batches, or of one stage of them: a kernel before it stores the
/// time, and one after it waits. Without a slow-down nothing is enqueued.
class Slowdown {
 public:
  /// Throws `Error` for a share out of range and for a stage that the device does not run. Measures
  /// how long its own kernels take.
  explicit Slowdown(const DeviceSlowdown& options);

  /// Enqueues `work`, the stage; empty: a whole batch.
  template <typename Work>
  void around(std::optional<Stage> what, StreamHandle stream, const Work& work) const {
    const bool slow = options_.share > 0 && options_.stage == what;
    if (slow) {
      begin(stream);
    }
    work();
    if (slow) {
      end(stream);
    }
  }

 private:
  void begin(StreamHandle stream) const;
  void end(StreamHandle stream) const;

  DeviceSlowdown options_;
  DeviceBuffer begun_;
  std::uint64_t own_ = 0;  ///< nanoseconds that both kernels take
};

}  // namespace ffbench::cuda
