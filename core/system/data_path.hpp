#pragma once

#include <filesystem>
#include <string_view>

namespace ffbench {

/// The file or folder of that name, relative to the repository's root, that the program reads at run time
/// (suites, gates, schemas, templates). Looked for below $FFBENCH_DATA, then below the folder the program was
/// built from; throws `Error` where neither has it.
std::filesystem::path data_path(std::string_view relative);

}  // namespace ffbench
