#include "core/system/file_lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>

#include "core/error.hpp"

namespace ffbench {

FileLock::FileLock(const std::filesystem::path& path, const char* remedy)
    : descriptor_(open_descriptor(path, O_RDWR | O_CREAT, 0666)) {
  if (!descriptor_) {
    fail("{}: cannot be opened: {}; {}", path.string(), std::strerror(errno), remedy);
  }
  while (::flock(descriptor_.get(), LOCK_EX) != 0 && errno == EINTR) {
  }
}

}  // namespace ffbench
