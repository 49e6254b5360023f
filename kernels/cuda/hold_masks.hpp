#pragma once

#include "kernels/cuda/pack_crops.hpp"

namespace ffbench::cuda {

/// Holds masks (NUMERICS.md, "Mask hysteresis") without packing them, for composites of unpacked
/// crops. The last mask of a track is written to its state, which every track has here; the others
/// are held in place. `size` is a multiple of 4.
void hold_masks(const PackTrack* tracks, int count, int size, int band, StreamHandle stream);

}  // namespace ffbench::cuda
