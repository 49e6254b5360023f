#pragma once

#include <string>
#include <string_view>

namespace ffbench {

/// RFC 4648 base64 with padding.
std::string to_base64(std::string_view bytes);

/// Whether a text has nothing but the alphabet and padding of base64.
bool is_base64(std::string_view text);

}  // namespace ffbench
