#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/executor.hpp"
#include "kernels/cuda/device.hpp"

// What the harness needs of this backend. Everything here exists in a build without the toolkit too, and says so.
namespace ffbench::cuda {

#ifdef FFBENCH_WITH_CUDA
inline constexpr bool with_toolkit = true;
#else
inline constexpr bool with_toolkit = false;
#endif

/// How a device is used. Nothing here changes a byte of what is computed.
struct DeviceOptions {
  int batch = 1;                  ///< frames in one launch, 1 to 64
  int streams = 1;                ///< batches under way at a time, 1 to 16
  bool graphs = true;             ///< launches are recorded once and replayed
  int device = 0;                 ///< which of several
  bool whole_frames = false;      ///< whole frames are copied to the device, not the faces' regions alone
  bool pack_in_composite = true;  ///< composites of batches apply gains and pack crops themselves
  friend bool operator==(const DeviceOptions&, const DeviceOptions&) = default;
};

/// What suits most devices: batches of 16 frames, four of them under way at a time, graphs.
constexpr DeviceOptions default_options() {
  return {.batch = 16, .streams = 4};
}

/// What the graphs did since the executor was made.
struct GraphCounts {
  long captures = 0;
  long replays = 0;
  long hits = 0;  ///< replays of a graph that was there already
};

/// The `enhanced` algorithm on a device; bytes equal `reference::make_executor`'s, whatever the options. Throws `Error`
/// where the device cannot be used or has too little memory even for batches of one frame.
std::unique_ptr<Executor> make_executor(const ExecutorOptions& options, const DeviceOptions& device);

}  // namespace ffbench::cuda
