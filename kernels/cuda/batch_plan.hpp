#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/executor.hpp"

// What a batch of frames needs on the device, decided on the host: which parts of the frames travel, and which faces can be
// pasted side by side.
namespace ffbench::cuda {

/// A part of a frame that travels. On the device it lies at `offset` of the batch's memory, rows `pitch` bytes apart.
struct Patch {
  int task = 0;
  Region region;
  std::size_t offset = 0;
  std::size_t pitch = 0;
};

/// A face of the batch.
struct BatchFace {
  int task = 0;
  const FacePlan* plan = nullptr;
  int patch = 0;
  int wave = 0;  ///< faces of a frame whose regions overlap are pasted in waves, in their order
};

/// Patches that can travel in one copy: one of each frame, the same part of all, equally spaced on the host, and one behind the other on
/// the device. Or a single patch.
struct PatchRun {
  std::size_t first = 0;
  std::size_t count = 1;
};

struct BatchPlan {
  std::vector<Patch> patches;
  std::vector<PatchRun> runs;    ///< all patches, in their order
  std::vector<BatchFace> faces;  ///< in the order of the tasks, then as in the plans
  int waves = 0;
  int largest_tiles = 0;  ///< of the faces' regions, as `composite_tiles` counts
  std::size_t patch_bytes = 0;
};

/// The part of a frame that warp (`antialias`: the anti-aliased one) and composite of a face touch. Never empty.
Region touched_region(const FacePlan& face, int crop_size, int frame_width, int frame_height,
                      bool antialias = false);

/// The plan of consecutive frames of one size. Parts that overlap are joined. Where frames lie equally spaced in memory, and each has one
/// part that travels, all may travel as the same part, in one copy.
BatchPlan plan_batch(std::span<const FrameJob> tasks, int crop_size, bool whole_frames,
                     bool antialias = false);

/// The smallest power of two that is not less; at least 1.
int round_to_power_of_two(int count);

/// Rounds up to one of four sizes an octave: what a graph's grid has room for.
int size_class(int count);

}  // namespace ffbench::cuda
