#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/system/file_descriptor.hpp"

namespace ffbench {

/// A file under construction beside its target, under a name that no other process has:
/// NAME.ffbench-XXXXXX. It takes the target's place in one step, or is removed. Readers of the
/// target meet the old file or the whole new one; of two writers the last one wins.
///
/// The file is locked while it is under construction. What a killed process left in the folder has
/// no lock: it is removed when a file is next written there, once it is a minute old. File systems
/// without locks keep it.
class TemporaryFile {
 public:
  /// Errors name the target and end with `remedy`.
  explicit TemporaryFile(std::filesystem::path target,
                         std::string remedy = "check the folder, its permissions and the free space");
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  /// For libraries that open files by name.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The number of bytes written by `write`.
  [[nodiscard]] std::uint64_t size() const { return size_; }
  void write(const void* data, std::size_t bytes);
  /// Flushes the bytes to disk, so that a machine that loses power has the old file or the new one.
  void flush();
  /// Renames the file to its target; nothing is written after.
  void put_in_place();

 private:
  [[noreturn]] void fail_because(const char* what) const;

  std::filesystem::path target_;
  std::string remedy_;
  std::filesystem::path path_;
  FileDescriptor file_;
  std::uint64_t size_ = 0;
  bool in_place_ = false;
};

/// Whether a file has the kind of name that `TemporaryFile` gives.
bool is_temporary_file(const std::filesystem::path& path);

/// A fresh folder in the system's place for temporary files, for this user alone; removed with all
/// that it holds.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace ffbench
