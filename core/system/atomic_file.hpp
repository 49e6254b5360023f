#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace ffbench {

/// Writes the whole file or none of it, flushed to disk, by way of a `TemporaryFile`. Throws
/// `Error` that names the file.
void write_file_atomically(const std::filesystem::path& path, std::string_view contents);

/// The whole file. Throws `Error` that names it where it cannot be read, is a folder, or holds more
/// than `most_bytes`.
std::string read_file(const std::filesystem::path& path, std::size_t most_bytes = std::size_t{1} << 30U);

}  // namespace ffbench
