#pragma once

#include <string>
#include <string_view>

namespace ffbench {

/// A message that quotes text from outside as one line: control characters become \xNN.
std::string one_line(std::string_view text);

/// At most 120 bytes of a quoted value or key, whole characters of UTF-8; a picture in base64 may
/// be a megabyte.
std::string shortened(std::string text);

}  // namespace ffbench
