#pragma once

#include "kernels/cuda/area_mask.hpp"
#include "kernels/cuda/box_mask.hpp"
#include "kernels/cuda/composite.hpp"
#include "kernels/cuda/gain_statistics.hpp"
#include "kernels/cuda/gain_update.hpp"
#include "kernels/cuda/hold_masks.hpp"
#include "kernels/cuda/pack_crops.hpp"
#include "kernels/cuda/warp.hpp"
#include "kernels/cuda/warp_antialiased.hpp"

namespace ffbench::cuda {

/// The launches that the executor's batches and constants are made of. The executor and the cases
/// of the operator table call them through the same pointers: what is verified is what runs.
struct StageKernels {
  decltype(&cuda::warp) warp = &cuda::warp;
  decltype(&cuda::warp_antialiased) warp_antialiased = &cuda::warp_antialiased;
  decltype(&cuda::gain_statistics) gain_statistics = &cuda::gain_statistics;
  decltype(&cuda::gain_update) gain_update = &cuda::gain_update;
  decltype(&cuda::box_mask) box_mask = &cuda::box_mask;
  decltype(&cuda::area_mask) area_mask = &cuda::area_mask;
  decltype(&cuda::hold_masks) hold_masks = &cuda::hold_masks;
  decltype(&cuda::pack_crops) pack_crops = &cuda::pack_crops;
  void (*composite_packed)(const CompositeItem<PackedCrop>*, int, int, const SeamBand&,
                           StreamHandle) = &composite;
  void (*composite_unpacked)(const CompositeItem<UnpackedCrop>*, int, int, const SeamBand&,
                             StreamHandle) = &composite;
};
inline constexpr StageKernels stage_kernels{};

}  // namespace ffbench::cuda
