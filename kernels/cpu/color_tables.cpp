#include "kernels/cpu/color_tables.hpp"

#include "core/numeric/math.hpp"

namespace ffbench::cpu {

const std::array<std::uint32_t, 256>& linear_from_code() {
  static const std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> values{};
    for (std::size_t v = 0; v < 256; ++v) {
      const double s = static_cast<double>(v) / 255.0;
      const double linear = s <= 0.04045 ? s / 12.92 : math::pow_12_5((s + 0.055) / 1.055);
      // The contract's own rounding.
      // NOLINT(bugprone-incorrect-roundings)
      values[v] = static_cast<std::uint32_t>(65535 * linear + 0.5);
    }
    return values;
  }();
  return table;
}

}  // namespace ffbench::cpu
