#pragma once

#include <cstdint>

#include "core/geometry.hpp"
#include "kernels/cuda/kernel.hpp"

namespace ffbench {

/// Device seconds of NPP's bilinear warp of a crop, in a graph of `runs`; 0 in a build without NPP.
/// Its borders and roundings differ from the contract's.
double npp_warp_seconds(const std::uint8_t* frame, int stride, int width, int height, std::uint8_t* crop,
                        int crop_size, const AffineF& frame_to_crop, cuda::StreamHandle stream, int runs);

}  // namespace ffbench
