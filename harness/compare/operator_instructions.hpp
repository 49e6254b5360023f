#pragma once

#include <string>
#include <vector>

namespace ffbench::compare {

/// Computes each bench once with marks for callgrind around it, after a run that warms up. Returns
/// a document that says what computed, for `count_instructions`. Throws `Error` outside callgrind,
/// for unknown names and for benches of a device.
std::string mark_operators(const std::vector<std::string>& benches);

}  // namespace ffbench::compare
