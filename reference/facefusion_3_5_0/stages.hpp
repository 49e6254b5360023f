#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"

namespace ffbench {

/// One intermediate result of the baseline, as the bytes that NumPy would hold.
struct BaselineArray {
  std::string name;
  std::string type;  ///< NumPy's name: uint8, int32, float32, float64
  std::vector<int> shape;
  std::vector<std::uint8_t> bytes;  ///< C order, native byte order
};

/// Runs one face of one frame through the same code as the executor and keeps everything in
/// between, in order:
///   matrix          float64 (2, 3)                   frame to crop
///   crop            uint8   (size, size, 3)          after the warp, BGR
///   box_mask        float32 (size, size)
///   prepared        float32 (tiles, 3, tile, tile)   what the model is given, RGB
///   swapped         float64 (size, size, 3)          joined model output, BGR, 0 to 255; float32
/// without `denormalise`
///   crop_mask       float32 (size, size)             all masks joined and clipped
///   region          int32   (4)                      x, y, width, height of what is pasted
///   paste_matrix    float64 (2, 3)                   crop to region
///   warped_mask     float32 (height, width)          of the region; absent where the region is
/// empty
///   warped_crop     as swapped (height, width, 3)    of the region; absent where the region is
/// empty
///   output          uint8   (frame height, frame width, 3)
/// For tests and dumps; not for timing.
std::vector<BaselineArray> baseline_stages(const BaselineOptions& options, ConstBgrView frame,
                                           const Similarity& frame_to_crop);

}  // namespace ffbench
