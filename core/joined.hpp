#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ffbench {

/// The words with the separator between them. As `fmt::join`, whose header costs half a second in
/// every file.
std::string joined(std::span<const std::string> words, std::string_view separator);
std::string joined(std::span<const std::string_view> words, std::string_view separator);

}  // namespace ffbench
