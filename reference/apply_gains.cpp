#include "reference/apply_gains.hpp"

namespace ffbench::reference {

void apply_gains(const GainTables& tables, BgrView crop) {
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width; ++x) {
      std::uint8_t* pixel = crop.pixel(x, y);
      for (std::size_t c = 0; c < 3; ++c) {
        pixel[c] = tables[c][pixel[c]];
      }
    }
  }
}

}  // namespace ffbench::reference
