#pragma once

#include <filesystem>
#include <string_view>

namespace ffbench {

/// Makes the folder where it does not exist and tries whether files can be written into it. Throws
/// `Error` that names it where they cannot, and the option that chooses another.
void prepare_output_folder(const std::filesystem::path& folder, std::string_view option = "--out");

}  // namespace ffbench
