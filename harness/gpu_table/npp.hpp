#pragma once

#include <cstdint>

#include "core/geometry.hpp"
#include "kernels/cuda/kernels.hpp"

namespace ffbench {

/// Seconds of the device that NPP takes to warp a crop out of a frame, bilinear, in a graph of `runs`; 0 in a build without
/// NPP. Its borders and roundings are its own.
double npp_warp_seconds(const std::uint8_t* frame, int stride, int width, int height, std::uint8_t* crop,
                        int crop_size, const AffineF& frame_to_crop, cuda::StreamHandle stream, int runs);

}  // namespace ffbench
