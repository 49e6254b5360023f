#pragma once

#include <cstdint>

#include "core/executor.hpp"
#include "core/face_plan.hpp"

namespace ffbench {

/// The face-frame of the table: a face of `region` pixels about (x, y), turned a little, in a crop of 512. Without a polygon,
/// so that the mask is the box and next to no pixel can be left out.
FacePlan table_face(int id, double x, double y, double region, int frame_width, int frame_height);

inline constexpr int table_crop = 512;

/// Independent random bytes, the worst case for gathers.
void fill_random(std::uint8_t* bytes, std::size_t count, std::uint64_t seed);

/// Preset `default`, a random source.
ExecutorOptions table_options();

}  // namespace ffbench
