// Hand-written: of the dependencies only libavutil has it, and reports do without FFmpeg.
#include "reports/base64.hpp"

#include <algorithm>
#include <cstdint>

namespace ffbench {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (j < count ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= count ? alphabet[bits >> (18 - 6 * j) & 63] : '=';
    }
  }
  return out;
}

bool is_base64(std::string_view text) {
  return text.find_first_not_of(alphabet, 0) == std::string_view::npos ||
         text.substr(text.find_first_not_of(alphabet, 0)).find_first_not_of('=') == std::string_view::npos;
}

}  // namespace ffbench
