#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ffbench {

/// Columns of a UTF-8 text on a terminal as fmt counts them when it pads: two for wide characters,
/// one for others.
std::size_t display_width(std::string_view text);

/// Broken at blanks into lines of at most `width` columns; a longer word gets a line of its own.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// Without control characters (escape sequences in a file name must not reach a terminal); without
/// `unicode`, every character beyond ASCII becomes '?'.
std::string printable(std::string_view text, bool unicode);

}  // namespace ffbench
