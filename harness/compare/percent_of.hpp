#pragma once

#include <charconv>
#include <optional>
#include <string_view>

#include "core/error.hpp"

namespace ffbench::compare {

/// A slow-down as it is written: percent, and after '@' what is slowed down.
struct PercentOf {
  double share = 0;                      ///< 0 to 10
  std::optional<std::string_view> what;  ///< part of the text that was parsed
};

/// Throws `Error` that shows `example`.
inline PercentOf parse_percent_of(std::string_view text, std::string_view example) {
  const std::size_t at = std::min(text.find('@'), text.size());
  double percent = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + at, percent);
  if (problem != std::errc() || end != text.data() + at || !(percent >= 0) || percent > 1000) {
    fail("--inject-slowdown '{}': give percent from 0 to 1000, and after '@' what is to be slow: {}", text,
         example);
  }
  PercentOf result{percent / 100, std::nullopt};
  if (at < text.size()) {
    result.what = text.substr(at + 1);
  }
  return result;
}

}  // namespace ffbench::compare
