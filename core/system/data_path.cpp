#include "core/system/data_path.hpp"

#include <cstdlib>
#include <system_error>

#include "core/error.hpp"

namespace ffbench {

std::filesystem::path data_path(std::string_view relative) {
  std::error_code ignored;
  if (const char* root = std::getenv("FFBENCH_DATA"); root != nullptr) {
    std::filesystem::path path = std::filesystem::path(root) / relative;
    if (std::filesystem::exists(path, ignored)) {
      return path;
    }
  }
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  // Programs of the build tree lie up to two folders below its share/, installed ones one.
  for (const char* share : {"../share/ffbench", "../../share/ffbench"}) {
    // Without the links of the build tree, so that messages name the files of the source tree.
    std::filesystem::path path = std::filesystem::canonical(folder / share / relative, ignored);
    if (!path.empty()) {
      return path;
    }
  }
  fail("{}: not found in {}; set FFBENCH_DATA to the folder that holds ffbench's data files", relative,
       (folder / "../share/ffbench").lexically_normal().string());
}

}  // namespace ffbench
