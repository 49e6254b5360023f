#pragma once

#include <filesystem>

namespace ffbench {

/// Makes the folder where it does not exist and tries whether files can be written into it. Throws `Error` that names
/// it where they cannot.
void prepare_output_folder(const std::filesystem::path& folder);

}  // namespace ffbench
