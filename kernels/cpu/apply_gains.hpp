#pragma once

#include "core/image.hpp"
#include "kernels/cpu/gain_tables.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// Every value of `from` replaced by its channel's table entry. `to` has the size of `from`; it may
/// be the same view, otherwise they do not overlap.
void apply_gains(const GainTables& tables, ConstBgrView from, BgrView to);

/// The same for some rows.
void apply_gains_rows(const GainTables& tables, ConstBgrView from, BgrView to, RowRange rows);

}  // namespace ffbench::cpu
