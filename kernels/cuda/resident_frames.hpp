#pragma once

#include <functional>
#include <memory>
#include <span>

#include "core/executor.hpp"
#include "kernels/cuda/backend.hpp"

// The clock of a device: how long it takes for frames that are in its memory already.
namespace ffbench::cuda {

/// A ring of frames in device memory, each twice: as it was uploaded, and as the copy that passes
/// overwrite.
class ResidentFrames {
 public:
  /// Room for `capacity` frames of one size. Throws `Error` where the device cannot be used or has
  /// too little memory.
  ResidentFrames(int device, int width, int height, int capacity);
  ~ResidentFrames();
  ResidentFrames(const ResidentFrames&) = delete;
  ResidentFrames& operator=(const ResidentFrames&) = delete;

  /// Frames of that size for which a device has room, in half of the memory that is free; at most
  /// `wanted`, at least 1.
  static int capacity_for(int device, int width, int height, int wanted);

  [[nodiscard]] int capacity() const;

  /// Stores a frame as number `at` of the ring. Waits.
  void upload(int at, ConstBgrView frame);

  /// The copy of frame `at` that passes overwrite: a view of device memory.
  [[nodiscard]] BgrView frame(int at) const;

  /// Copies what a pass left of frame `at` to the host. Waits.
  void download(int at, BgrView frame) const;

  /// Computes the first `plans.size()` frames in place, from the bytes that were uploaded, as the
  /// frames `first`, `first` + 1, ... of a clip; returns the device's seconds for the kernels of
  /// their batches (`DeviceExecutor::time_batches`). Putting the uploaded bytes back is not timed.
  /// The executor is of the same device, and is restarted by the caller where a clip begins.
  double timed_pass(DeviceExecutor& executor, int first, std::span<const FramePlan> plans);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The device's seconds for each stage, without any change to what runs: batches that end after one
/// stage more take longer by that stage's time (`DeviceExecutor::end_after`). The times add up to
/// that of whole batches, to the last digit; one may come out below 0 where a stage does nothing.
/// The gains are applied by the composite, or by the kernel that counts as hysteresis.
/// `pass` computes a clip from its first frame and returns the device's seconds, as `timed_pass`
/// does. It is called twice for each stage, since batches of a new kind capture graphs; the second
/// time counts. The executor computes whole batches again afterwards.
StageTimes stage_seconds(DeviceExecutor& executor, const std::function<double()>& pass);

}  // namespace ffbench::cuda
