#pragma once

#include <map>
#include <string>
#include <string_view>

namespace ffbench {

/// The text with each mark, such as "{input}", replaced by its value, in one pass: a mark inside a
/// value stays as it is. No mark begins with another one.
std::string substituted(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace ffbench
