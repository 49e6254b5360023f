#pragma once

#include "core/image.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Mask hysteresis": moves `mask` no further from the previous mask than it has to be
/// to stay within `band` of the new one. Both have the same size; neither is read out of bounds.
void mask_hysteresis(ConstMaskView previous, int band, MaskView mask);

}  // namespace ffbench::reference
