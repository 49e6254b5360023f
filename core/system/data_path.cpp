#include "core/system/data_path.hpp"

#include <cstdlib>
#include <system_error>

#include "core/error.hpp"

namespace ffbench {
namespace {

namespace fs = std::filesystem;

constexpr const char* from_parent = "FFBENCH_DATA_OF_PARENT";

/// `root`/`relative`, without links, so that messages name the files of the source tree; empty
/// where there is no such file.
fs::path below(const fs::path& root, std::string_view relative) {
  std::error_code ignored;
  return fs::canonical(root / relative, ignored);
}

fs::path below_variable(const char* variable, std::string_view relative) {
  const char* root = std::getenv(variable);
  return root == nullptr || *root == '\0' ? fs::path() : below(root, relative);
}

}  // namespace

fs::path data_path(std::string_view relative) {
  if (fs::path path = below_variable("FFBENCH_DATA", relative); !path.empty()) {
    return path;
  }
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  // Programs of the build tree lie up to two folders below its share/, installed ones one.
  for (const char* share : {"../share/ffbench", "../../share/ffbench"}) {
    if (fs::path path = below(folder / share, relative); !path.empty()) {
      return path;
    }
  }
  if (fs::path path = below_variable(from_parent, relative); !path.empty()) {
    return path;
  }
  fail("{}: not found in {}; set FFBENCH_DATA to the folder that holds ffbench's data files", relative,
       (folder / "../share/ffbench").lexically_normal().string());
}

void share_data_with_children() {
  try {
    ::setenv(from_parent, data_path("datasets").parent_path().c_str(), 0);
  } catch (const Error&) {
    // A program without data has none to share; it says so where it needs them.
  }
}

}  // namespace ffbench
