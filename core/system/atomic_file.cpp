#include "core/system/atomic_file.hpp"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace ffbench {
namespace {

/// A temporary file that is gone unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target) : target_(target) {
    static std::atomic<unsigned> counter{0};
    path_ = target.string() + fmt::format(".{}.{}.tmp", ::getpid(), counter.fetch_add(1));
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor_ < 0) {
      throw_error("cannot be created");
    }
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
    if (!renamed_) {
      ::unlink(path_.c_str());
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view contents) {
    while (!contents.empty()) {
      const ssize_t written = ::write(descriptor_, contents.data(), contents.size());
      if (written < 0 && errno == EINTR) {
        continue;
      }
      if (written <= 0) {
        throw_error("cannot be written");
      }
      contents.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void commit() {
    if (::fsync(descriptor_) != 0 && errno != EINVAL) {
      throw_error("cannot be flushed to disk");
    }
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) {
      throw_error("cannot be closed");
    }
    if (std::rename(path_.c_str(), target_.c_str()) != 0) {
      throw_error("cannot be put in place");
    }
    renamed_ = true;
  }

 private:
  [[noreturn]] void throw_error(const char* what) const {
    fail("{}: {}: {}; check the folder, its permissions and the free space", target_.string(), what,
         std::strerror(errno));
  }

  std::filesystem::path target_;
  std::string path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

}  // namespace

void write_file_atomically(const std::filesystem::path& path, std::string_view contents) {
  TemporaryFile file(path);
  file.write(contents);
  file.commit();
}

bool is_temporary_file(const std::filesystem::path& path) {
  // NAME.PROCESS.COUNT.tmp
  std::string name = path.filename().string();
  constexpr std::string_view ending = ".tmp";
  if (!name.ends_with(ending)) {
    return false;
  }
  name.resize(name.size() - ending.size());
  for (int part = 0; part < 2; ++part) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string::npos || dot + 1 == name.size() ||
        name.find_first_not_of("0123456789", dot + 1) != std::string::npos) {
      return false;
    }
    name.resize(dot);
  }
  return !name.empty();
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    fail("{}: cannot be opened: {}; check the name and its permissions", path.string(), std::strerror(errno));
  }
  std::string contents{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) {
    fail("{}: cannot be read", path.string());
  }
  return contents;
}

}  // namespace ffbench
