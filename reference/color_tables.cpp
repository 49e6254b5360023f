#include "reference/color_tables.hpp"

#include <cmath>

#include "core/numeric/math.hpp"

namespace ffbench::reference {

const std::array<std::uint16_t, 256>& linear_from_code() {
  static const std::array<std::uint16_t, 256> table = [] {
    std::array<std::uint16_t, 256> values{};
    for (int v = 0; v < 256; ++v) {
      const double s = v / 255.0;
      const double linear = s <= 0.04045 ? s / 12.92 : math::pow_12_5((s + 0.055) / 1.055);
      values[static_cast<std::size_t>(v)] = static_cast<std::uint16_t>(std::floor(65535 * linear + 0.5));
    }
    return values;
  }();
  return table;
}

std::uint8_t nearest_code(std::uint32_t linear) {
  const auto& table = linear_from_code();
  unsigned code = 0;
  while (code < 255 && 2 * linear > std::uint32_t{table[code]} + table[code + 1]) {
    ++code;
  }
  return static_cast<std::uint8_t>(code);
}

}  // namespace ffbench::reference
