#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace ffbench::fuzz {

/// A file in memory that has a name.
class FileInMemory {
 public:
  FileInMemory(const std::uint8_t* data, std::size_t size) : file_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    written_ = file_ >= 0 && ::write(file_, data, size) == static_cast<ssize_t>(size);
  }
  ~FileInMemory() {
    if (file_ >= 0) {
      ::close(file_);
    }
  }
  FileInMemory(const FileInMemory&) = delete;
  FileInMemory& operator=(const FileInMemory&) = delete;

  [[nodiscard]] bool written() const { return written_; }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
  bool written_ = false;
};

}  // namespace ffbench::fuzz
