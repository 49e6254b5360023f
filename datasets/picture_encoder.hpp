#pragma once

#include <string>

#include "core/image.hpp"

namespace ffbench {

/// The picture as the bytes of a lossy WebP file, scaled to `width` pixels with its shape kept;
/// `quality` from 1 to 100. Throws `Error` where the installed OpenCV has no WebP.
std::string encode_webp(ConstBgrView image, int width, int quality);

}  // namespace ffbench
