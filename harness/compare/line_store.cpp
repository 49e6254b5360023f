#include "harness/compare/line_store.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench::compare {

LineStore::LineStore(std::filesystem::path path, const std::string& header, bool resume)
    : path_(std::move(path)) {
  if (resume && std::filesystem::exists(path_)) {
    load(header);
  } else {
    write_file_atomically(path_, header + "\n");
  }
  file_ = open_descriptor(path_, O_WRONLY | O_APPEND);
  if (!file_) {
    fail("{}: cannot be opened for writing ({})", path_.string(), std::strerror(errno));
  }
}

void LineStore::load(const std::string& header) {
  const std::string text = read_file(path_);
  const std::size_t end_of_header = text.find('\n');
  if (text.substr(0, end_of_header) != header) {
    fail(
        "{}: --resume: this is of another session (other programs, fixtures, pipelines, passes or seed): {}; "
        "run without --resume, or with another --out",
        path_.string(), text.substr(0, std::min<std::size_t>(end_of_header, 200)));
  }
  std::size_t at = end_of_header + 1;
  for (std::size_t end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    stored_.push_back(text.substr(at, end - at));
  }
  std::filesystem::resize_file(path_, at);  // what follows was cut while it was written
}

std::string LineStore::place(std::size_t index) const {
  return fmt::format("{}:{}", path_.string(), index + 2);
}

void LineStore::add(std::string_view line) {
  const std::string whole = std::string(line) + "\n";
  if (!write_all(file_, whole.data(), whole.size())) {
    fail("{}: cannot be written ({}); is the disk full?", path_.string(), std::strerror(errno));
  }
  if (::fdatasync(file_.get()) != 0) {
    fail("{}: cannot be flushed to disk ({})", path_.string(), std::strerror(errno));
  }
}

}  // namespace ffbench::compare
