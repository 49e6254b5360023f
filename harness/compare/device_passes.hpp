#pragma once

#include <memory>
#include <vector>

#include "core/clip.hpp"
#include "core/executor.hpp"
#include "core/face_plan.hpp"
#include "core/hash.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/resident_frames.hpp"

namespace ffbench::compare {

/// Passes over a clip whose frames lie in the memory of a device, by the device's own clock: the
/// kernels of whole batches, without transfers, with the graphs that frames on the host are
/// computed with.
class DevicePasses {
 public:
  /// Uploads the clip, or as many frames of it as the device has room for. Null where the executor
  /// runs on no device, or a network on the host interrupts it. All are borrowed.
  static std::unique_ptr<DevicePasses> make(Executor& executor, bool with_network, Clip& clip,
                                            const ClipPlan& plan, int device);

  /// The device's seconds for one pass over the clip.
  double run();
  /// Whether the last whole pass made frames of these digests; looks at 16 frames at most.
  [[nodiscard]] bool made(const std::vector<Digest>& digests) const;
  /// Lets the passes end after a stage, one of `cuda::device_stages`. The first pass after that
  /// captures graphs, and counts for nothing.
  void end_after(Stage last) { executor_.end_after(last); }

 private:
  DevicePasses(cuda::DeviceExecutor& executor, Clip& clip, const ClipPlan& plan, int device);
  void upload(int first, int count);

  cuda::DeviceExecutor& executor_;
  Clip& clip_;
  const ClipPlan& plan_;
  cuda::ResidentFrames frames_;
};

}  // namespace ffbench::compare
