#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/executor.hpp"
#include "kernels/cuda/device.hpp"

// The interface of this backend for the harness. A build without the toolkit has it too; its
// functions fail with the reason.
namespace ffbench::cuda {

#ifdef FFBENCH_WITH_CUDA
inline constexpr bool with_toolkit = true;
#else
inline constexpr bool with_toolkit = false;
#endif

/// How a device is used. No option changes a byte of the result.
struct DeviceOptions {
  int batch = 1;                  ///< frames in one launch, 1 to 64
  int streams = 1;                ///< batches in flight at a time, 1 to 16
  bool graphs = true;             ///< launches are captured once and replayed
  int device = 0;                 ///< index of the device
  bool whole_frames = false;      ///< copy whole frames, not only the faces' regions
  bool pack_in_composite = true;  ///< composites of batches apply gains and pack crops themselves
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

/// The `enhanced` algorithm on a device; bytes equal `reference::make_executor`'s, whatever the
/// options. Throws `Error` where the device cannot be used or has too little memory even for
/// batches of one frame.
std::unique_ptr<Executor> make_executor(const ExecutorOptions& options, const DeviceOptions& device);

}  // namespace ffbench::cuda
