#include "reference/gain_tables.hpp"

#include <algorithm>

#include "reference/color_tables.hpp"

namespace ffbench::reference {

GainTables gain_tables(const GainState& state) {
  const auto& linear = linear_from_code();
  GainTables tables;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::int64_t quantised = (state.gain[c] + 128) >> 8;
    for (std::size_t v = 0; v < 256; ++v) {
      const std::int64_t scaled = (linear[v] * quantised + 128) >> 8;
      tables[c][v] = nearest_code(static_cast<std::uint32_t>(std::min<std::int64_t>(scaled, 65535)));
    }
  }
  return tables;
}

}  // namespace ffbench::reference
