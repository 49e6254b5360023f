#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/executor.hpp"

// What a batch of frames needs on the device: which regions of the frames are copied to memory of
// the batch and back, and which faces can be pasted at the same time.
namespace ffbench::cuda {

/// A region of a frame that is copied: from the host and back, or for a frame in device memory
/// from there and back. In the batch's memory it is at `offset`, with rows `pitch` bytes apart.
struct RegionTransfer {
  int task = 0;
  Region region;
  std::size_t offset = 0;
  std::size_t pitch = 0;
};

/// A face of the batch.
struct BatchFace {
  int task = 0;
  const FacePlan* plan = nullptr;
  /// The transfer that holds its pixels; -1: kernels work on the output, which holds the frame
  int transfer = -1;
  int layer = 0;  ///< paste layer: faces that overlap are pasted one layer after the other
};

/// Transfers that can be one copy: the same region of every frame, equally spaced on the host and
/// contiguous on the device. Or a single transfer.
struct TransferRun {
  std::size_t first = 0;
  std::size_t count = 1;
};

struct BatchPlan {
  std::vector<RegionTransfer> transfers;
  std::vector<TransferRun> runs;  ///< all transfers, in their order
  std::vector<BatchFace> faces;   ///< in the order of the tasks, then as in the plans
  int layers = 0;                 ///< paste layers
  int largest_tiles = 0;          ///< largest `composite_tiles` of the faces' regions
  std::size_t transfer_bytes = 0;
};

/// The region of a frame that the warp (with `antialias` the anti-aliased one) and the composite of
/// a face touch. Never empty.
Region touched_region(const FacePlan& face, int crop_size, int frame_width, int frame_height,
                      bool antialias = false);

/// The plan of consecutive frames of one size. Regions of a frame that overlap are merged. Where
/// frames are equally spaced in memory and have one region each, the regions may be extended to the
/// same one for all frames, which travels in one copy.
BatchPlan plan_batch(std::span<const FrameJob> tasks, int crop_size, bool whole_frames,
                     bool antialias = false);

/// Bytes behind the last pixel that it needs which a kernel may read (kernel.hpp).
inline constexpr std::ptrdiff_t bytes_read_behind = 16;

/// The plan of frames in device memory. Kernels work on the outputs themselves, which hold the
/// frames already. Copied are the regions of a frame of which a face reaches so close to the last
/// pixel that a kernel might read behind the frame, where memory may end.
BatchPlan plan_device_batch(std::span<const FrameJob> tasks, int crop_size, bool antialias = false);

/// The smallest power of two that is not less; at least 1.
int round_to_power_of_two(int count);

/// Rounds up to one of four sizes an octave, which a graph's grid has room for.
int size_class(int count);

}  // namespace ffbench::cuda
