#pragma once

#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

/// One crop to paste: a `PackedCrop` or an `UnpackedCrop`.
template <typename Crop>
struct alignas(16) CompositeItem {
  Crop crop;
  Map frame_to_crop;
  Region region;
  Pixels frame;  ///< in place
};

/// NUMERICS.md, "Composite". `tiles` bounds the tiles (`composite_tiles`) of the items' regions.
void composite(const CompositeItem<PackedCrop>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream);
/// Needs `can_pack_in_composite`, and at most `most_staged_tiles` tiles. Fast for many items with
/// small footprints (`footprint_is_small`).
void composite(const CompositeItem<UnpackedCrop>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream);

/// Whether the composite can pack crops of that width itself, on the current device.
bool can_pack_in_composite(int crop_width, const SeamBand& band);

}  // namespace ffbench::cuda
