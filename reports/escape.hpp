#pragma once

#include <string>
#include <string_view>

namespace ffbench {

/// For text and double-quoted attributes of XML 1.0 and HTML: the five special characters become
/// references; control characters that XML forbids and bytes that are not UTF-8 become U+FFFD.
std::string xml_escape(std::string_view text);

/// For a cell of a Markdown table: no bar, line end, angle bracket or backtick is left to be taken
/// for markup.
std::string markdown_escape(std::string_view text);

}  // namespace ffbench
