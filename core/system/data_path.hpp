#pragma once

#include <filesystem>
#include <string_view>

namespace ffbench {

/// The file or folder of that name, relative to the repository's root, that the program reads at
/// run time (suites, gates, schemas, templates), without symbolic links. Looked for below
/// $FFBENCH_DATA, then in `share/ffbench` beside the folder of the executable or beside that
/// folder's parent, so that an installed program can be moved with its data, then where
/// `share_data_with_children` says. In a build tree `share/ffbench` has links to the source tree.
/// Throws `Error` where none has it.
std::filesystem::path data_path(std::string_view relative);

/// Programs that this one starts find their data where this one does if they have none of their
/// own: copies of it elsewhere, which are compared. Not for use beside other threads.
void share_data_with_children();

}  // namespace ffbench
