#pragma once

#include <filesystem>

#include "core/system/file_descriptor.hpp"

namespace ffbench {

/// Holds a lock file for this process alone until it is destroyed; the system releases it however
/// the process ends. The file is made where it is missing, and stays.
class FileLock {
 public:
  /// Waits until no other process holds the file. Throws `Error` where it cannot be made, which
  /// `remedy` ends. On a file system that has no locks the file counts as free.
  explicit FileLock(const std::filesystem::path& path, const char* remedy = "check the folder's permissions");

 private:
  FileDescriptor descriptor_;
};

}  // namespace ffbench
