#pragma once

#include <filesystem>
#include <string_view>

namespace ffbench {

/// The file or folder of that name, relative to the repository's root, that the program reads at run time
/// (suites, gates, schemas, templates). Looked for below $FFBENCH_DATA, then in `share/ffbench` beside the
/// folder of the executable, or beside that folder's parent: an installed program can be moved with its data.
/// In a build tree `share/ffbench` has links to the source tree. Throws `Error` where none has it.
std::filesystem::path data_path(std::string_view relative);

}  // namespace ffbench
