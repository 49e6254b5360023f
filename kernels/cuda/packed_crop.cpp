#include "kernels/cuda/packed_crop.hpp"

#include <algorithm>
#include <cstddef>

#include "kernels/cuda/composite_pixel.hpp"

namespace ffbench::cuda {

void pack_crop(ConstBgrView crop, ConstMaskView mask, std::uint32_t* words) {
  const auto pitch = static_cast<std::ptrdiff_t>(packed_pitch(crop.width));
  std::uint32_t* origin = words + packed_origin(crop.width);
  for (int y = -1; y <= crop.height; ++y) {
    const int near_y = std::clamp(y, 0, crop.height - 1);
    for (int x = -1; x <= crop.width; ++x) {
      const int near_x = std::clamp(x, 0, crop.width - 1);
      const std::uint8_t* p = crop.pixel(near_x, near_y);
      const std::uint32_t weight = near_x == x && near_y == y ? mask.row(y)[x] : 0;
      origin[y * pitch + x] = p[0] | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 | weight << 24;
    }
  }
}

}  // namespace ffbench::cuda
