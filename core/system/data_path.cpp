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
  std::filesystem::path path = std::filesystem::path(FFBENCH_DATA_ROOT) / relative;
  if (!std::filesystem::exists(path, ignored)) {
    fail("{}: not found; set FFBENCH_DATA to the folder that holds ffbench's data files", path.string());
  }
  return path;
}

}  // namespace ffbench
