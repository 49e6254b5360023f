#include "reference/mask_hysteresis.hpp"

#include <algorithm>

namespace ffbench::reference {

void mask_hysteresis(ConstMaskView previous, int band, MaskView mask) {
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const int now = mask.row(y)[x];
      const int before = previous.row(y)[x];
      if (now != 0 && now != 255) {
        mask.row(y)[x] =
            static_cast<std::uint8_t>(std::clamp(before, std::max(now - band, 0), std::min(now + band, 255)));
      }
    }
  }
}

}  // namespace ffbench::reference
