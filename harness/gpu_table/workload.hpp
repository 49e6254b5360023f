#pragma once

#include <cstdint>

#include "core/executor.hpp"
#include "core/face_plan.hpp"

namespace ffbench {

/// The face-frame of the table: a face of `region` pixels at (x, y), slightly turned, in a crop of
/// 512. It has no polygon, so that the mask is the box and almost no pixel can be skipped.
FacePlan table_face(int id, double x, double y, double region, int frame_width, int frame_height);

inline constexpr int table_crop = 512;

/// Fills with independent random bytes, the worst case for gathers.
void fill_random(std::uint8_t* bytes, std::size_t count, std::uint64_t seed);

/// Preset `default`, a random source.
ExecutorOptions table_options();

}  // namespace ffbench
