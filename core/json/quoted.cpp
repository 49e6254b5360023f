#include "core/json/quoted.hpp"

#include <fmt/core.h>

namespace ffbench {

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out;
}

std::string shortened(std::string text) {
  constexpr std::size_t most = 120;
  if (text.size() > most) {
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      --end;  // no half of a character
    }
    text.replace(end, std::string::npos, "...");
  }
  return text;
}

}  // namespace ffbench
