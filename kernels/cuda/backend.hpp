#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/executor.hpp"
#include "kernels/cuda/device.hpp"
#include "kernels/cuda/kernel.hpp"

// The interface of this backend for the harness. A build without the toolkit has it too; its
// functions fail with the reason.
namespace ffbench::cuda {

#ifdef FFBENCH_WITH_CUDA
inline constexpr bool with_toolkit = true;
#else
inline constexpr bool with_toolkit = false;
#endif

/// The stages in the order in which the device runs them, which no byte depends on.
inline constexpr std::array<Stage, 5> device_stages{Stage::mask, Stage::warp, Stage::gains, Stage::hysteresis,
                                                    Stage::composite};

/// A slow-down added on purpose, to see whether it is found: a kernel that waits on the device.
struct DeviceSlowdown {
  double share = 0;            ///< of the device's time for what is slowed down, 0 to 10; 0: none
  std::optional<Stage> stage;  ///< one of `device_stages`; empty: whole batches
  friend bool operator==(const DeviceSlowdown&, const DeviceSlowdown&) = default;
};

/// How a device is used. No option changes a byte of the result.
struct DeviceOptions {
  int batch = 1;                  ///< frames in one launch, 1 to 64
  int streams = 1;                ///< batches in flight at a time, 1 to 16
  bool graphs = true;             ///< launches are captured once and replayed
  int device = 0;                 ///< index of the device
  bool whole_frames = false;      ///< copy whole frames, not only the faces' regions
  bool pack_in_composite = true;  ///< composites of batches apply gains and pack crops themselves
  DeviceSlowdown slowdown{};
  friend bool operator==(const DeviceOptions&, const DeviceOptions&) = default;
};

/// Options that suit most devices: batches of 16 frames, four of them in flight at a time, graphs.
constexpr DeviceOptions default_options() {
  return {.batch = 16, .streams = 4};
}

/// Counts since the executor was made.
struct GraphCounts {
  long captures = 0;
  long replays = 0;
  long hits = 0;  ///< replays of a graph that was captured already
};

/// An executor of this backend. What it has from `Executor` takes frames in host memory and waits;
/// `enqueue_batch` takes frames that are in device memory already, as a decoder or a network leaves
/// them there. Both give the same bytes, and both carry on the same temporal state.
class DeviceExecutor : public Executor {
 public:
  /// Enqueues the computation of the frames `first`, `first` + 1, ... on a stream of the caller, and
  /// returns without waiting for it. Frames do not travel to the host.
  ///
  /// Frames: `FrameJob::frame` and `FrameJob::output` point into memory of the executor's device
  /// (cudaMalloc, cudaMallocAsync, managed memory, a tensor of a framework): 8-bit BGR, interleaved,
  /// `stride_bytes` is the pitch, from 3 x width to 2^24. Rows and frames may begin at any byte;
  /// kernels are fastest where addresses and pitches are multiples of 16. Frame and output have the
  /// same size. They are the same memory (same pitch too: in place, the fastest), or they do not
  /// overlap; then the whole frame is copied to the output on the device first. No two jobs share an
  /// output. Padding between rows is neither read for a result nor written.
  ///
  /// Order: as for a kernel launch. The work begins after everything that was enqueued on the stream
  /// before, and what is enqueued on it afterwards finds the outputs complete. `stream` is a
  /// cudaStream_t of the executor's device; null is the default stream. Calls may use different
  /// streams: the executor orders its own batches. The stream must not be capturing a graph.
  ///
  /// Waiting: jobs are split into batches of `DeviceOptions::batch`. The call waits for an earlier
  /// batch where `DeviceOptions::streams` batches are under way, where an observer is set, and for
  /// a swap network, which runs on the host.
  ///
  /// Lifetime: plans are read during the call alone. Frames, outputs and the stream stay valid until
  /// the work is done. The executor can be destroyed before that: it waits.
  ///
  /// Throws `Error` where a job does not hold to this, as far as that can be told, before anything
  /// of the call is enqueued; the message names the job. Errors of CUDA are thrown too, possibly
  /// those of earlier work on the device; nothing of the executor is under way then, and its
  /// temporal state has been reset. The thread's current device stays what it was.
  virtual void enqueue_batch(int first, std::span<const FrameJob> jobs, StreamHandle stream) = 0;

  // For measuring. With a swap network, which runs on the host, both throw `Error`.

  /// Whether the kernels of each batch of `enqueue_batch` are timed from now on, by events right
  /// before and after them. A short kernel holds the stream before the first event until the host
  /// has enqueued the batch, so that no time of the host counts. The kernels are those of batches
  /// that are not timed. Forgets earlier times.
  virtual void time_batches(bool on) = 0;
  /// Waits for all batches. Returns the device's seconds for those timed since the last call.
  virtual double timed_seconds() = 0;

  /// Lets batches end after a stage (in the order of `device_stages`) from now on, and resets the
  /// temporal state. The outputs are not those of the whole then. The composite is the last stage:
  /// nothing is left out.
  virtual void end_after(Stage last) = 0;

 protected:
  DeviceExecutor() = default;
};

/// The `enhanced` algorithm on a device; bytes equal `reference::make_executor`'s, whatever the
/// options. Throws `Error` where the device cannot be used or has too little memory even for
/// batches of one frame.
std::unique_ptr<DeviceExecutor> make_executor(const ExecutorOptions& options, const DeviceOptions& device);

/// The executor as one of this backend; null where it is another's.
inline DeviceExecutor* device_executor(Executor& executor) {
  return dynamic_cast<DeviceExecutor*>(&executor);
}

}  // namespace ffbench::cuda
