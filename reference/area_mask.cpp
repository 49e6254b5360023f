#include "reference/area_mask.hpp"

#include <algorithm>

#include "reference/bilinear.hpp"

namespace ffbench::reference {

void area_mask(std::span<const HalfPlane> edges, float feather, MaskView mask) {
  if (edges.empty()) {
    return;
  }
  const float per_pixel = 1.0F / feather;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      float distance = feather;
      for (const HalfPlane& edge : edges) {
        const float row = edge.ny * static_cast<float>(y) + edge.c;
        const float d = edge.nx * static_cast<float>(x) + row;
        distance = d < distance ? d : distance;
      }
      const float t = clamp_ordered(distance * per_pixel, 1.0F);
      const float s = (t * t) * (3.0F - 2.0F * t);
      std::uint8_t& value = mask.row(y)[x];
      value = std::min(value, round_to_byte(255.0F * s));
    }
  }
}

}  // namespace ffbench::reference
