#pragma once

#include <array>
#include <cstdint>

namespace ffbench::cpu {

/// NUMERICS.md, "Linear light": L[v], the 16-bit linear value of an 8-bit sRGB code.
const std::array<std::uint32_t, 256>& linear_from_code();

}  // namespace ffbench::cpu
