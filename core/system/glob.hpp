#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ffbench {

/// Whether the whole of `text` matches one of `patterns`. These are the patterns of POSIX
/// `fnmatch`: `*` is any text, `?` one character, `[a-c]` a character of a set, `[!a-c]` one
/// outside it. Names are not paths: `/` and a leading dot are ordinary characters. So is a
/// backslash; a star itself is `[*]`. A pattern after `!` takes matches away. No pattern, or none
/// without `!`, matches everything that is not taken away. A pattern or text with a NUL matches
/// nothing.
bool matches_any(const std::vector<std::string>& patterns, std::string_view text);

}  // namespace ffbench
