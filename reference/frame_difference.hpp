#pragma once

#include <cstdint>

#include "core/image.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Frame differences": the sum of squared differences of all bytes of two images of
/// the same size.
std::uint64_t frame_difference(ConstBgrView a, ConstBgrView b);

}  // namespace ffbench::reference
