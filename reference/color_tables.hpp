#pragma once

#include <array>
#include <cstdint>

namespace ffbench::reference {

/// NUMERICS.md, "Linear light": L[v], the 16-bit linear value of an 8-bit sRGB code.
const std::array<std::uint16_t, 256>& linear_from_code();

/// The code whose linear value is nearest to `linear`; the lower of two equally near ones.
std::uint8_t nearest_code(std::uint32_t linear);

}  // namespace ffbench::reference
