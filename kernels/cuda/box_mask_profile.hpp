#pragma once

#include <cstdint>
#include <vector>

namespace ffbench::cuda {

/// NUMERICS.md, "Box mask": the profile along one axis of `size` pixels, in 1/65536. Paddings are
/// percentages of the size.
std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high);

}  // namespace ffbench::cuda
