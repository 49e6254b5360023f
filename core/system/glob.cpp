#include "core/system/glob.hpp"

#include <fnmatch.h>

namespace ffbench {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  constexpr char nul = '\0';  // ends what fnmatch reads
  return pattern.find(nul) == std::string_view::npos && text.find(nul) == std::string_view::npos &&
         ::fnmatch(std::string(pattern).c_str(), std::string(text).c_str(), FNM_NOESCAPE) == 0;
}

}  // namespace

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  bool any_positive = false;
  bool matched = false;
  for (const std::string_view pattern : patterns) {
    if (pattern.starts_with('!')) {
      if (matches(pattern.substr(1), text)) {
        return false;
      }
    } else {
      any_positive = true;
      matched = matched || matches(pattern, text);
    }
  }
  return matched || !any_positive;
}

}  // namespace ffbench
