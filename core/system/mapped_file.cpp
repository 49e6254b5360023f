#include "core/system/mapped_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/system/file_descriptor.hpp"

namespace ffbench {

std::unique_ptr<MappedFile> MappedFile::open(const std::filesystem::path& path, std::uint64_t bytes) {
  // A pipe in its place must not block.
  const FileDescriptor file = open_descriptor(path, O_RDONLY | O_NONBLOCK);
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) {
      return nullptr;
    }
    fail("{}: cannot be opened: {}", path.string(), std::strerror(errno));
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    fail("{}: is no plain file", path.string());
  }
  if (static_cast<std::uint64_t>(status.st_size) != bytes) {
    fail("{}: has {} bytes, not {}", path.string(), status.st_size, bytes);
  }
  if (bytes == 0) {
    return std::unique_ptr<MappedFile>(new MappedFile({}));
  }
  void* memory = ::mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) {
    fail("{}: cannot be mapped: {}", path.string(), std::strerror(errno));
  }
  return std::unique_ptr<MappedFile>(new MappedFile({static_cast<const std::uint8_t*>(memory), bytes}));
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) {
    ::munmap(const_cast<std::uint8_t*>(bytes_.data()), bytes_.size());
  }
}

}  // namespace ffbench
