#include "reference/gain_statistics.hpp"

#include "reference/color_tables.hpp"

namespace ffbench::reference {

LinearSums gain_statistics(ConstBgrView crop) {
  const auto& linear = linear_from_code();
  LinearSums sums{};
  for (int y = crop.height / 4; y < crop.height - crop.height / 4; y += 2) {
    for (int x = crop.width / 4; x < crop.width - crop.width / 4; x += 2) {
      const std::uint8_t* pixel = crop.pixel(x, y);
      for (std::size_t c = 0; c < 3; ++c) {
        sums[c] += linear[pixel[c]];
      }
    }
  }
  return sums;
}

}  // namespace ffbench::reference
