#include "harness/system/output_folder.hpp"

#include <system_error>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {

void prepare_output_folder(const std::filesystem::path& folder, std::string_view option) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder, error)) {
    fail("{}: the output folder cannot be made{}{}; choose another with {}", folder.string(),
         error ? ": " : "", error ? error.message() : "", option);
  }
  const std::filesystem::path probe = folder / ".ffbench-probe";
  write_file_atomically(probe, "");
  std::filesystem::remove(probe, error);
}

}  // namespace ffbench
