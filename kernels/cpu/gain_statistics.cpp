#include "kernels/cpu/gain_statistics.hpp"

#include <algorithm>
#include <cstddef>

#include "kernels/cpu/color_tables.hpp"

namespace ffbench::cpu {

LinearSums gain_statistics_rows(ConstBgrView crop, RowRange rows) {
  const auto& linear = linear_from_code();
  LinearSums sums{};
  const int first = crop.height / 4;
  int y = std::max(first, rows.begin);
  y += (y - first) & 1;
  for (; y < std::min(crop.height - crop.height / 4, rows.end); y += 2) {
    // A row has at most 2^14 terms of 16 bits.
    std::uint32_t b = 0;
    std::uint32_t g = 0;
    std::uint32_t r = 0;
    const int begin = crop.width / 4;
    const std::uint8_t* pixel = crop.row(y) + 3 * static_cast<std::ptrdiff_t>(begin);
    for (int x = begin; x < crop.width - crop.width / 4; x += 2, pixel += 6) {
      b += linear[pixel[0]];
      g += linear[pixel[1]];
      r += linear[pixel[2]];
    }
    sums[0] += b;
    sums[1] += g;
    sums[2] += r;
  }
  return sums;
}

LinearSums gain_statistics(ConstBgrView crop) {
  return gain_statistics_rows(crop, {0, crop.height});
}

}  // namespace ffbench::cpu
