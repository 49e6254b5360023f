#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/compare/sample.hpp"

namespace ffbench::compare {

/// Base and head, measured right after each other in fresh processes.
struct Pair {
  int number = 0;  ///< from 0, per fixture and pipeline; a quad is two pairs
  bool base_first = true;
  double at = 0;  ///< seconds since 1970, when it was complete
  Sample base;
  Sample head;

  [[nodiscard]] std::string voided() const { return base.voided.empty() ? head.voided : base.voided; }
};

/// The pairs of a session in a file of JSON lines: a header that says what is measured, then a line a pair, flushed to disk
/// before the next is begun. A line that was cut by a kill is dropped when the file is opened again.
class PairStore {
 public:
  /// Opens or makes the file. With `resume`, a file that is there is continued; its header must be `header`, a one-line JSON
  /// text, else `Error` says what differs. Without, a file that is there is replaced.
  PairStore(std::filesystem::path path, const std::string& header, bool resume);
  ~PairStore();
  PairStore(const PairStore&) = delete;
  PairStore& operator=(const PairStore&) = delete;

  /// The pairs of a fixture and pipeline, by number.
  [[nodiscard]] const std::map<int, Pair>& pairs(const std::string& fixture,
                                                 const std::string& pipeline) const;
  [[nodiscard]] int count() const;
  void add(const Pair& pair);

 private:
  void load(const std::string& header);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::map<std::string, std::map<int, Pair>> pairs_;
};

}  // namespace ffbench::compare
