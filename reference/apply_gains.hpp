#pragma once

#include "core/image.hpp"
#include "reference/gain_tables.hpp"

namespace ffbench::reference {

/// Replaces every value by its channel's table entry, in place.
void apply_gains(const GainTables& tables, BgrView crop);

}  // namespace ffbench::reference
