#include "core/system/folder_lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>

#include "core/error.hpp"

namespace ffbench {

FolderLock::FolderLock(const std::filesystem::path& folder, const char* option)
    : descriptor_(open_descriptor(folder, O_RDONLY | O_DIRECTORY)) {
  if (!descriptor_) {
    fail("{}: cannot be opened: {}; choose another with {}", folder.string(), std::strerror(errno), option);
  }
  if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    fail("{}: another run is writing into this folder; wait for it, or choose another with {}",
         folder.string(), option);
  }
}

}  // namespace ffbench
