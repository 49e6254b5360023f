#pragma once

#include <cstddef>
#include <filesystem>
#include <utility>

namespace ffbench {

/// Owns a file descriptor and closes it.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  /// Takes over `number`; a negative one stands for none.
  explicit FileDescriptor(int number) noexcept : number_(number) {}
  ~FileDescriptor() { close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  /// -1 where there is none.
  [[nodiscard]] int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }
  /// Keeps `errno`.
  void close() noexcept;

 private:
  int number_ = -1;
};

/// `open` with O_CLOEXEC; none, and `errno`, where it fails. `mode` is that of a file that is made.
FileDescriptor open_descriptor(const std::filesystem::path& path, int flags, unsigned mode = 0644);

/// Writes all bytes, however many calls it takes. False, and `errno`, where it fails.
bool write_all(const FileDescriptor& file, const void* data, std::size_t bytes);

}  // namespace ffbench
