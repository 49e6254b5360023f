#include "core/system/folder_lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/error.hpp"

namespace ffbench {

FolderLock::FolderLock(const std::filesystem::path& folder, const char* option)
    : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) {
    fail("{}: cannot be opened: {}; choose another with {}", folder.string(), std::strerror(errno), option);
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(descriptor_);
    fail("{}: another run is writing into this folder; wait for it, or choose another with {}",
         folder.string(), option);
  }
}

FolderLock::~FolderLock() {
  ::close(descriptor_);
}

}  // namespace ffbench
