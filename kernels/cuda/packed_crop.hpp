#pragma once

#include <cstdint>

#include "core/image.hpp"

namespace ffbench::cuda {

/// Writes the words of a `PackedCrop`, border included, on the host: `words` has
/// `packed_words(width, height)` of them, of which the padding of the rows is left as it is. Crop
/// and mask have the same size.
void pack_crop(ConstBgrView crop, ConstMaskView mask, std::uint32_t* words);

}  // namespace ffbench::cuda
