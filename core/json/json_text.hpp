#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace ffbench {

// The serializer of nlohmann::json costs half a second in every file that calls `dump`; these are
// compiled in one.

/// A document as JSON: on one line, or with `indent` spaces a level where that is not negative.
/// Bytes of a text that are not UTF-8 become U+FFFD, a number that is not finite null.
std::string json_text(const nlohmann::json& document, int indent = -1);
std::string json_text(const nlohmann::ordered_json& document, int indent = -1);

/// A number in as few digits as give it back exactly; null where it is not finite.
std::string json_text_of(double number);
/// A quoted text.
std::string json_text_of(std::string_view text);

}  // namespace ffbench
