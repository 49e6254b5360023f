#pragma once

#include <cstddef>
#include <cstdint>

namespace ffbench {

/// The largest frame of a video and the largest picture that are read, pixels.
inline constexpr std::int64_t most_frame_pixels = std::int64_t{8192} * 8192;

/// The most faces in a frame of a track. Work on a frame may grow with the cube of their number.
inline constexpr std::size_t most_faces_in_frame = 256;

}  // namespace ffbench
