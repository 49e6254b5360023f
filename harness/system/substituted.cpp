#include "harness/system/substituted.hpp"

#include <algorithm>

namespace ffbench {

std::string substituted(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string out;
  while (!text.empty()) {
    const auto found =
        std::ranges::find_if(values, [text](const auto& value) { return text.starts_with(value.first); });
    if (found == values.end()) {
      out += text.front();
      text.remove_prefix(1);
    } else {
      out += found->second;
      text.remove_prefix(found->first.size());
    }
  }
  return out;
}

}  // namespace ffbench
