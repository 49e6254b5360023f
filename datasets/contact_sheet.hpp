#pragma once

#include "core/image.hpp"

namespace ffbench {

/// A picture of every scenario: one row each with its name and `columns` frames spread over the clip,
/// `height` pixels high. Renders without the cache on up to `threads` threads.
BgrImage contact_sheet(int height = 180, int columns = 6, int threads = 1);

}  // namespace ffbench
