#include "kernels/cuda/linear_light.hpp"

#include <cstddef>

#include "core/numeric/math.hpp"

namespace ffbench::cuda {

const LinearLightTables& linear_light_tables() {
  static const LinearLightTables tables = [] {
    LinearLightTables made;
    for (std::size_t v = 0; v < 256; ++v) {
      const double s = static_cast<double>(v) / 255.0;
      const double light = s <= 0.04045 ? s / 12.92 : math::pow_12_5((s + 0.055) / 1.055);
      // The contract's own rounding.
      made.linear[v] =
          static_cast<std::uint16_t>(65535 * light + 0.5);  // NOLINT(bugprone-incorrect-roundings)
    }
    std::uint32_t code = 0;
    for (std::uint32_t value = 0; value < made.code_of.size(); ++value) {
      while (code < 255 && 2 * value > std::uint32_t{made.linear[code]} + made.linear[code + 1]) {
        ++code;
      }
      made.code_of[value] = static_cast<std::uint8_t>(code);
    }
    return made;
  }();
  return tables;
}

}  // namespace ffbench::cuda
