#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ffbench::operators {

/// Whether `text` as a whole matches `pattern`, in which * stands for any run of characters and ? for one.
bool matches(std::string_view pattern, std::string_view text);

/// Whether any pattern matches; no pattern at all matches everything.
bool matches_any(const std::vector<std::string>& patterns, std::string_view text);

}  // namespace ffbench::operators
