#pragma once

#include "core/image.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// NUMERICS.md, "Mask hysteresis": moves `mask` no further from the previous mask than it has to be
/// to stay within `band` >= 0 of the new one. Both have the same size and do not overlap.
void mask_hysteresis(ConstMaskView previous, int band, MaskView mask);

/// The same for some rows, and the result is also what `previous` holds afterwards: the state of
/// the next frame.
void mask_hysteresis_update_rows(MaskView previous, int band, MaskView mask, RowRange rows);

}  // namespace ffbench::cpu
