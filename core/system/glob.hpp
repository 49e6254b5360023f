#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ffbench {

/// Whether `text` as a whole matches `pattern`, in which * stands for any run of characters and ? for one.
bool matches_glob(std::string_view pattern, std::string_view text);

/// Whether `text` matches one of `patterns`; a pattern after `!` takes matches away. No pattern, or none without `!`,
/// matches everything that is not taken away.
bool matches_any(const std::vector<std::string>& patterns, std::string_view text);

}  // namespace ffbench
