#pragma once

#include <array>
#include <cstdint>

namespace ffbench::cuda {

/// NUMERICS.md, "Linear light": the tables on the host.
struct LinearLightTables {
  std::array<std::uint16_t, 256> linear{};
  std::array<std::uint8_t, 65536> code_of{};  ///< nearest code of a linear value
};

/// Computed on first use, once per process.
const LinearLightTables& linear_light_tables();

/// The same tables in device memory, as kernels take them.
struct LinearLightPointers {
  const std::uint16_t* linear;  ///< 256 entries
  const std::uint8_t* code_of;  ///< 65536 entries
};

}  // namespace ffbench::cuda
