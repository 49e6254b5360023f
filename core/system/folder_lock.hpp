#pragma once

#include <filesystem>

#include "core/system/file_descriptor.hpp"

namespace ffbench {

/// Holds a folder for this process alone until it is destroyed; the system releases it however the
/// process ends. Nothing is written into the folder.
class FolderLock {
 public:
  /// Throws `Error` where another process holds the folder; `option` chooses another folder. On a
  /// file system that has no locks the folder counts as free.
  FolderLock(const std::filesystem::path& folder, const char* option);

 private:
  FileDescriptor descriptor_;
};

}  // namespace ffbench
