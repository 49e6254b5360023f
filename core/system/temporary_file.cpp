#include "core/system/temporary_file.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace ffbench {
namespace {

constexpr std::string_view mark = ".ffbench-";
constexpr std::string_view random_part = "XXXXXX";
constexpr std::chrono::seconds least_age{60};

/// What `mkostemp` withholds is given where the process's mask allows it, as `open` does.
mode_t mode_of_new_files() {
  mode_t mask = 022;
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == "Umask:") {
      status >> std::oct >> mask;
      break;
    }
  }
  return mode_t{0644} & ~mask;
}

/// Whether no process has the file under construction any more.
bool is_left_over(const std::filesystem::path& path) {
  const FileDescriptor file = open_descriptor(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return false;
  }
  const auto age = std::chrono::system_clock::now() - std::chrono::system_clock::from_time_t(status.st_mtime);
  // Between making a file and locking it, its owner has no lock.
  return age > least_age && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
}

/// Looks into a folder once within `least_age`: a folder may take thousands of files.
void remove_left_overs(const std::filesystem::path& folder) {
  static std::mutex mutex;
  static std::map<std::string, std::chrono::steady_clock::time_point> looked_at;
  {
    const std::lock_guard lock(mutex);
    const auto now = std::chrono::steady_clock::now();
    const auto [at, first] = looked_at.try_emplace(folder.string(), now);
    if (!first && now - at->second < least_age) {
      return;
    }
    at->second = now;
  }
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (is_temporary_file(at->path()) && is_left_over(at->path())) {
      ::unlink(at->path().c_str());
    }
  }
}

}  // namespace

TemporaryFile::TemporaryFile(std::filesystem::path target, std::string remedy)
    : target_(std::move(target)), remedy_(std::move(remedy)) {
  remove_left_overs(target_.has_parent_path() ? target_.parent_path() : ".");
  std::string name = fmt::format("{}{}{}", target_.string(), mark, random_part);
  file_ = FileDescriptor(::mkostemp(name.data(), O_CLOEXEC));
  if (!file_) {
    fail_because("cannot be created");
  }
  path_ = std::move(name);
  ::flock(file_.get(), LOCK_EX | LOCK_NB);
  ::fchmod(file_.get(), mode_of_new_files());
}

TemporaryFile::~TemporaryFile() {
  if (file_ && !in_place_) {
    ::unlink(path_.c_str());
  }
}

void TemporaryFile::write(const void* data, std::size_t bytes) {
  size_ += bytes;
  if (!write_all(file_, data, bytes)) {
    fail_because("cannot be written");
  }
}

void TemporaryFile::flush() {
  if (::fsync(file_.get()) != 0 && errno != EINVAL) {
    fail_because("cannot be flushed to disk");
  }
}

void TemporaryFile::put_in_place() {
  // The lock is held until the file has its name, so that no process takes it for a left-over.
  if (std::rename(path_.c_str(), target_.c_str()) != 0) {
    fail_because("cannot be put in place");
  }
  in_place_ = true;
  file_.close();
}

void TemporaryFile::fail_because(const char* what) const {
  fail("{}: {}: {}; {}", target_.string(), what, std::strerror(errno), remedy_);
}

bool is_temporary_file(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (name.size() <= mark.size() + random_part.size()) {
    return false;
  }
  const std::size_t random = name.size() - random_part.size();
  return name.compare(random - mark.size(), mark.size(), mark) == 0 &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(random), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0; });
}

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  const std::filesystem::path parent = std::filesystem::temp_directory_path(error);
  std::string name = ((error ? "/tmp" : parent) / fmt::format("ffbench-{}", random_part)).string();
  if (::mkdtemp(name.data()) == nullptr) {
    fail("{}: a temporary folder cannot be made there: {}; set TMPDIR to a folder that can be written",
         parent.string(), std::strerror(errno));
  }
  path_ = std::move(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace ffbench
