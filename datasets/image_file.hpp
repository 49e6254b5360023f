#pragma once

#include <filesystem>

#include "core/image.hpp"

namespace ffbench {

/// Decodes a still picture (JPEG, PNG, WebP, TIFF, BMP: whatever the installed OpenCV reads) to
/// 8-bit BGR, upright after its EXIF orientation, alpha dropped, 16-bit samples reduced to 8.
/// Throws `Error` that names the file where it is missing, a folder, empty or no picture.
BgrImage read_image(const std::filesystem::path& path);

/// Writes a lossless PNG, whole or not at all. Throws `Error` that names the file.
void write_png(const std::filesystem::path& path, ConstBgrView image);

}  // namespace ffbench
