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

/// The tuning that suits a device: batches of 16 frames, four of them under way at a time, graphs.
constexpr ExecutorTuning default_tuning() {
  return {.batch = 16, .streams = 4};
}

/// What the graphs did since the executor was made.
struct GraphCounts {
  long captures = 0;
  long replays = 0;
  long hits = 0;  ///< replays of a graph that was there already
};

/// The `enhanced` algorithm on a device; bytes equal `reference::make_executor`'s, whatever the tuning. Throws `Error`
/// where the device cannot be used or has too little memory even for batches of one frame.
std::unique_ptr<Executor> make_executor(const ExecutorOptions& options, const ExecutorTuning& tuning);

}  // namespace ffbench::cuda
