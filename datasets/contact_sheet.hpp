#pragma once

#include "core/image.hpp"

namespace ffbench {

/// A picture of every scenario: one row each with its name and `columns` frames spread over the
/// clip, `height` pixels high, without the camera's noise, which would treble the file. Renders
/// without the cache on up to `threads` threads.
BgrImage contact_sheet(int height = 135, int columns = 6, int threads = 1);

}  // namespace ffbench
