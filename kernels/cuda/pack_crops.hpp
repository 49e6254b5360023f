#pragma once

#include <cstdint>

#include "kernels/cuda/kernel.hpp"

namespace ffbench::cuda {

/// One frame of a face. Crop and mask have no padding.
struct PackStep {
  const std::uint8_t* crop;    ///< BGR, aligned to 4 bytes
  std::uint8_t* mask;          ///< aligned to 4 bytes
  const std::uint8_t* tables;  ///< of the gains: 3 x 256, aligned to 4 bytes; null: no gains
  std::uint32_t* packed;       ///< out: pixel (0, 0) of a `PackedCrop`, aligned to 16 bytes
  int first;                   ///< there is no previous mask
};

/// The frames of one face in order. The first frame is stored here: a kernel that needs no other
/// fetches once.
struct alignas(16) PackTrack {
  std::uint8_t* state;    ///< the previous mask, in and out; null: no hysteresis
  const PackStep* steps;  ///< from the second frame on
  PackStep first;
  int count;
};

/// Applies the gains, holds the masks (NUMERICS.md, "Mask hysteresis") and packs both into the
/// words that the composite reads. Crops and masks are squares of `size`. With `count` 1 the track
/// has at most one frame.
void pack_crops(const PackTrack* tracks, int count, int size, int band, StreamHandle stream);

}  // namespace ffbench::cuda
