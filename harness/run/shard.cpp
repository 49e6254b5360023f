#include "harness/run/shard.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "core/error.hpp"
#include "harness/run/shares.hpp"

namespace ffbench {

Shard parse_shard(const std::string& text) {
  Shard shard;
  const std::size_t slash = text.find('/');
  const auto number = [&](std::string_view digits, int& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  const std::string_view view = text;
  if (slash == std::string::npos || !number(view.substr(0, slash), shard.number) ||
      !number(view.substr(slash + 1), shard.count) || shard.number < 1 || shard.number > shard.count) {
    fail("--shard '{}' is not a share of the form I/N with 1 <= I <= N, e.g. 2/4", text);
  }
  return shard;
}

std::vector<FixtureSpec> fixtures_of(const std::vector<FixtureSpec>& specs, const Shard& shard) {
  if (shard.count > static_cast<int>(specs.size())) {
    fail("--shard {}/{}: there are only {} fixtures to share; use at most that many shards", shard.number,
         shard.count, specs.size());
  }
  std::vector<std::int64_t> costs;
  std::ranges::transform(specs, std::back_inserter(costs), [](const FixtureSpec& spec) {
    return std::int64_t{spec.width} * spec.height * spec.frames;
  });
  std::vector<std::size_t> chosen = divide(costs, shard.count)[static_cast<std::size_t>(shard.number) - 1];
  std::ranges::sort(chosen);
  std::vector<FixtureSpec> result;
  std::ranges::transform(chosen, std::back_inserter(result), [&specs](std::size_t i) { return specs[i]; });
  return result;
}

}  // namespace ffbench
