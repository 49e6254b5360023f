#include "kernels/cpu/gain_tables.hpp"

#include <algorithm>

#include "kernels/cpu/color_tables.hpp"

namespace ffbench::cpu {

GainTables gain_tables(const GainState& state) {
  const auto& linear = linear_from_code();
  GainTables tables;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::int64_t k = (state.gain[c] + 128) >> 8;
    // Neither values nor codes ever fall, so the search goes on where it ended.
    std::uint32_t code = 0;
    for (std::size_t v = 0; v < 256; ++v) {
      const std::int64_t scaled = (linear[v] * k + 128) >> 8;
      const auto value = static_cast<std::uint32_t>(std::min<std::int64_t>(scaled, 65535));
      while (code < 255 && 2 * value > linear[code] + linear[code + 1]) {
        ++code;
      }
      tables[c][v] = static_cast<std::uint8_t>(code);
    }
  }
  return tables;
}

}  // namespace ffbench::cpu
