#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ffbench {

/// Writes the whole file or none of it: to a temporary name in the same folder, flushed to disk, then renamed
/// over `path`. Throws `Error` that names the file; the temporary is removed then. Safe against other writers
/// of the same path: the last rename wins, no reader ever sees a mixture.
void write_file_atomically(const std::filesystem::path& path, std::string_view contents);

/// Whether a file has the kind of name under which `write_file_atomically` prepares one: what a killed process leaves.
bool is_temporary_file(const std::filesystem::path& path);

/// The whole file; throws `Error` that names it.
std::string read_file(const std::filesystem::path& path);

}  // namespace ffbench
