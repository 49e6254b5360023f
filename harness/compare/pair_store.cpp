#include "harness/compare/pair_store.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/atomic_file.hpp"
#include "core/error.hpp"

namespace ffbench::compare {
namespace {

std::string key_of(const std::string& fixture, const std::string& pipeline) {
  return fixture + "\n" + pipeline;
}

std::string line_of(const Pair& pair) {
  const nlohmann::ordered_json json{{"number", pair.number},
                                    {"first", pair.base_first ? "base" : "head"},
                                    {"at", pair.at},
                                    {"base", nlohmann::ordered_json::parse(to_json(pair.base))},
                                    {"head", nlohmann::ordered_json::parse(to_json(pair.head))}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Pair pair_of(std::string_view line, const std::string& origin) {
  Pair pair;
  try {
    const auto json = nlohmann::json::parse(line);
    json.at("number").get_to(pair.number);
    pair.base_first = json.at("first") == "base";
    json.at("at").get_to(pair.at);
    pair.base = sample_from_json(json.at("base").dump(), origin);
    pair.head = sample_from_json(json.at("head").dump(), origin);
  } catch (const nlohmann::json::exception& error) {
    fail("{}: not a pair ({}); delete the file to begin anew", origin, error.what());
  }
  return pair;
}

void write_all(int descriptor, std::string_view text, const std::filesystem::path& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno != EINTR) {
      fail("{}: cannot be written ({}); is the disk full?", path.string(), std::strerror(errno));
    }
    text.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  if (::fdatasync(descriptor) != 0) {
    fail("{}: cannot be flushed to disk ({})", path.string(), std::strerror(errno));
  }
}

}  // namespace

PairStore::PairStore(std::filesystem::path path, const std::string& header, bool resume)
    : path_(std::move(path)) {
  if (resume && std::filesystem::exists(path_)) {
    load(header);
  } else {
    write_file_atomically(path_, header + "\n");
  }
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor_ < 0) {
    fail("{}: cannot be opened for writing ({})", path_.string(), std::strerror(errno));
  }
}

PairStore::~PairStore() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
}

void PairStore::load(const std::string& header) {
  const std::string text = read_file(path_);
  const std::size_t end_of_header = text.find('\n');
  if (text.substr(0, end_of_header) != header) {
    fail(
        "{}: --resume: these pairs are of another session (other builds, fixtures, pipelines, passes or "
        "seed): {}; "
        "run without --resume, or with another --out",
        path_.string(), text.substr(0, std::min<std::size_t>(end_of_header, 200)));
  }
  std::size_t at = end_of_header + 1;
  for (int line = 2; at < text.size(); ++line) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) {
      break;  // cut while it was written
    }
    Pair pair =
        pair_of(std::string_view(text).substr(at, end - at), path_.string() + ":" + std::to_string(line));
    pairs_[key_of(pair.base.fixture, pair.base.pipeline)].insert_or_assign(pair.number, std::move(pair));
    at = end + 1;
  }
  std::filesystem::resize_file(path_, at);
}

const std::map<int, Pair>& PairStore::pairs(const std::string& fixture, const std::string& pipeline) const {
  static const std::map<int, Pair> none;
  const auto found = pairs_.find(key_of(fixture, pipeline));
  return found == pairs_.end() ? none : found->second;
}

int PairStore::count() const {
  int count = 0;
  for (const auto& [key, pairs] : pairs_) {
    count += static_cast<int>(pairs.size());
  }
  return count;
}

void PairStore::add(const Pair& pair) {
  write_all(descriptor_, line_of(pair), path_);
  pairs_[key_of(pair.base.fixture, pair.base.pipeline)].insert_or_assign(pair.number, pair);
}

}  // namespace ffbench::compare
