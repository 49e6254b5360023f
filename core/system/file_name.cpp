#include "core/system/file_name.hpp"

#include <fmt/core.h>

#include "core/hash.hpp"

namespace ffbench {

std::string file_name_of(std::string_view name) {
  std::string file;
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !file.empty());
    file += plain ? std::string(1, c) : fmt::format("%{:02x}", static_cast<unsigned char>(c));
  }
  if (file.empty()) {
    return "%";
  }
  constexpr std::size_t longest = 160;  // of 255, so that endings have room
  if (file.size() > longest) {
    file = fmt::format("{}%{}", file.substr(0, longest), digest_of(name.data(), name.size()).hex());
  }
  return file;
}

}  // namespace ffbench
