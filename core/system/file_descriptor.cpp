#include "core/system/file_descriptor.hpp"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

namespace ffbench {

void FileDescriptor::close() noexcept {
  if (number_ >= 0) {
    const int kept = errno;
    ::close(std::exchange(number_, -1));
    errno = kept;
  }
}

FileDescriptor open_descriptor(const std::filesystem::path& path, int flags, unsigned mode) {
  int number = -1;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (number < 0 && errno == EINTR);
  return FileDescriptor(number);
}

bool write_all(const FileDescriptor& file, const void* data, std::size_t bytes) {
  const auto* at = static_cast<const char*>(data);
  while (bytes > 0) {
    const ssize_t written = ::write(file.get(), at, bytes);
    if (written < 0 && errno == EINTR) {
      continue;
    }
    if (written <= 0) {
      return false;
    }
    at += written;
    bytes -= static_cast<std::size_t>(written);
  }
  return true;
}

}  // namespace ffbench
