#pragma once

#include <filesystem>

#include "reports/comparison.hpp"

namespace ffbench::compare {

/// Writes comparison.json, comparison.html and comparison.md into the folder, which is made where
/// it is missing.
void write_comparison(const Comparison& comparison, const std::filesystem::path& folder);

}  // namespace ffbench::compare
