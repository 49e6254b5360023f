#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/system/file_descriptor.hpp"

namespace ffbench::compare {

/// What a session found so far, in a file of JSON lines: a header that says what is measured, then
/// a line for each finding, flushed to disk before the next is begun. A line that was cut by a kill
/// is dropped when the file is opened again.
class LineStore {
 public:
  /// Opens or makes the file. With `resume`, a file that is there is continued; its first line must
  /// be `header`, else `Error`. Without, a file that is there is replaced.
  LineStore(std::filesystem::path path, const std::string& header, bool resume);

  /// The lines after the header that were there when the file was opened.
  [[nodiscard]] const std::vector<std::string>& stored() const { return stored_; }
  /// FILE:NUMBER of the stored line of that index, for messages.
  [[nodiscard]] std::string place(std::size_t index) const;
  /// `line` has no line break.
  void add(std::string_view line);

 private:
  void load(const std::string& header);

  std::filesystem::path path_;
  FileDescriptor file_;
  std::vector<std::string> stored_;
};

}  // namespace ffbench::compare
