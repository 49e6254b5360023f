#include "core/system/atomic_file.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/temporary_file.hpp"

namespace ffbench {

void write_file_atomically(const std::filesystem::path& path, std::string_view contents) {
  TemporaryFile file(path);
  file.write(contents.data(), contents.size());
  file.flush();
  file.put_in_place();
}

std::string read_file(const std::filesystem::path& path, std::size_t most_bytes) {
  const FileDescriptor file = open_descriptor(path, O_RDONLY);
  if (!file) {
    fail("{}: cannot be opened: {}; check the name and its permissions", path.string(), std::strerror(errno));
  }
  std::string contents;
  std::error_code ignored;
  if (const auto size = std::filesystem::file_size(path, ignored); !ignored && size <= most_bytes) {
    contents.reserve(static_cast<std::size_t>(size));
  }
  // A file may grow while it is read, and a device has no size.
  std::array<char, 65536> piece;
  while (true) {
    const ssize_t got = ::read(file.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0 && errno == EISDIR) {
      fail("{}: is a folder; name a file", path.string());
    }
    if (got < 0) {
      fail("{}: cannot be read: {}", path.string(), std::strerror(errno));
    }
    if (got == 0) {
      return contents;
    }
    contents.append(piece.data(), static_cast<std::size_t>(got));
    if (contents.size() > most_bytes) {
      fail("{}: holds more than the {} bytes that are read; is it the right file?", path.string(),
           most_bytes);
    }
  }
}

}  // namespace ffbench
