#pragma once

#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/linear_light.hpp"
#include "kernels/cuda/pixels.hpp"
#include "kernels/cuda/warp_antialiased_pixel.hpp"

namespace ffbench::cuda {

/// One crop to warp out of a frame, for `warp` and `warp_antialiased`.
struct alignas(16) WarpItem {
  Pixels frame;
  Map crop_to_frame;
  Pixels crop;
  unsigned long long* sums;  ///< with `statistics`: three sums that are added to
  AntialiasTaps across;      ///< of `warp_antialiased` alone
  AntialiasTaps down;
};

/// NUMERICS.md, "Warp". With `statistics`, also adds the gain statistics of the crops.
void warp(const WarpItem* items, int count, int width, int height, bool statistics,
          const LinearLightPointers& linear_light, StreamHandle stream);

}  // namespace ffbench::cuda
