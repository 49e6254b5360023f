// Hand-written: fmt pads, but breaks no lines and leaves control characters in.
#include "reports/text_layout.hpp"

#include <algorithm>

// Not fmt/core.h: clang and GCC name what stands behind formatted_size differently.
#include <fmt/format.h>

namespace ffbench {
namespace {

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  // fmt has no function for a width; the fill that it adds to a field wide enough gives it.
  const std::size_t field = 2 * text.size();
  const std::size_t blanks = fmt::formatted_size("{:<{}}", text, field) - text.size();
  return field - blanks;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    line.append(line.empty() ? "" : " ").append(word);
  }
  if (!line.empty()) {
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string printable(std::string_view text, bool unicode) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // The C1 controls are U+0080 to U+009F, in UTF-8 C2 80 to C2 9F.
    const bool c1 = byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (byte < 0x20 || byte == 0x7F) {
      out += byte == '\n' || byte == '\t' ? ' ' : '?';
    } else if (c1) {
      out += '?';
      ++i;
    } else if (byte < 0x80 || unicode) {
      out += text[i];
    } else if (starts_code_point(text[i])) {
      out += '?';
    }
  }
  return out;
}

}  // namespace ffbench
