#include "core/system/glob.hpp"

namespace ffbench {

bool matches_glob(std::string_view pattern, std::string_view text) {
  // Greedy with one point of return: the last star.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool matches_any(const std::vector<std::string>& patterns, std::string_view text) {
  bool any_positive = false;
  bool matched = false;
  for (const std::string_view pattern : patterns) {
    if (pattern.starts_with('!')) {
      if (matches_glob(pattern.substr(1), text)) {
        return false;
      }
    } else {
      any_positive = true;
      matched = matched || matches_glob(pattern, text);
    }
  }
  return matched || !any_positive;
}

}  // namespace ffbench
