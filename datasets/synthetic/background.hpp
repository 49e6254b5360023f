#pragma once

#include <cstdint>
#include <vector>

namespace ffbench::synthetic {

/// A room behind the people, out of focus, with enough fine texture that every pixel differs:
/// display values in steps of 1/65535, blue green red, row after row.
std::vector<std::uint16_t> make_background(int shot, int width, int height, int threads);

}  // namespace ffbench::synthetic
