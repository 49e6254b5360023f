#include "harness/run/shares.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <numeric>

namespace ffbench {
namespace {

/// Sums are distinguished up to this part of all.
constexpr std::int64_t steps = 1000;

std::int64_t cost(const std::vector<std::size_t>& items, const std::vector<std::int64_t>& costs) {
  return std::accumulate(items.begin(), items.end(), std::int64_t{0},
                         [&costs](std::int64_t sum, std::size_t item) { return sum + costs[item]; });
}

/// Those of `items` whose costs come nearest to `wanted` together: subset sums by dynamic
/// programming.
std::vector<std::size_t> nearest_to(std::int64_t wanted, const std::vector<std::size_t>& items,
                                    const std::vector<std::int64_t>& costs) {
  const std::int64_t all = cost(items, costs);
  const double scale = all > 0 ? static_cast<double>(steps) / static_cast<double>(all) : 0;
  const auto scaled = [scale](std::int64_t value) {
    return static_cast<std::size_t>(std::llround(scale * static_cast<double>(value)));
  };
  // By sum, the first item with which it was reached, counted from 1; what is before that item
  // reaches the rest. 0: not reached.
  std::vector<std::size_t> reached(static_cast<std::size_t>(steps) + items.size() + 1, 0);
  std::vector<bool> is_reached(reached.size(), false);
  is_reached[0] = true;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t share = scaled(costs[items[i]]);
    for (std::size_t sum = reached.size(); sum-- > share;) {
      if (!is_reached[sum] && is_reached[sum - share]) {
        is_reached[sum] = true;
        reached[sum] = i + 1;
      }
    }
  }
  const auto target = static_cast<std::int64_t>(scaled(wanted));
  std::size_t best = 0;
  for (std::size_t sum = 0; sum < reached.size(); ++sum) {
    const auto distance = [target](std::size_t s) { return std::abs(static_cast<std::int64_t>(s) - target); };
    if (is_reached[sum] && distance(sum) < distance(best)) {
      best = sum;
    }
  }
  std::vector<std::size_t> result;
  while (best > 0) {
    const std::size_t item = items[reached[best] - 1];
    result.push_back(item);
    best -= scaled(costs[item]);
  }
  return result;
}

}  // namespace

std::vector<std::vector<std::size_t>> divide(const std::vector<std::int64_t>& costs, int count) {
  std::vector<std::size_t> left(costs.size());
  std::iota(left.begin(), left.end(), std::size_t{0});
  std::stable_sort(left.begin(), left.end(),
                   [&costs](std::size_t a, std::size_t b) { return costs[a] > costs[b]; });
  std::vector<std::vector<std::size_t>> shares;
  for (int workers = count; workers > 0; --workers) {
    const std::vector<std::size_t> chosen =
        workers == 1 ? left : nearest_to(cost(left, costs) / workers, left, costs);
    std::vector<std::size_t> share;
    std::vector<std::size_t> rest;
    for (const std::size_t item : left) {
      (std::ranges::find(chosen, item) != chosen.end() ? share : rest).push_back(item);
    }
    // Each share has an item where there are enough of them.
    if (share.empty() && !rest.empty()) {
      share.push_back(rest.back());
      rest.pop_back();
    }
    while (share.size() > 1 && rest.size() + 1 < static_cast<std::size_t>(workers)) {
      rest.push_back(share.back());
      share.pop_back();
    }
    std::ranges::stable_sort(rest, std::greater(), [&costs](std::size_t item) { return costs[item]; });
    shares.push_back(std::move(share));
    left = std::move(rest);
  }
  return shares;
}

std::optional<std::size_t> Shares::next(int worker) {
  const std::lock_guard lock(mutex_);
  std::vector<std::size_t>& own = left_[static_cast<std::size_t>(worker)];
  if (!own.empty()) {
    const std::size_t item = own.front();
    own.erase(own.begin());
    return item;
  }
  // With a item more than one without: items may cost nothing.
  const auto most = std::ranges::max_element(left_, {}, [this](const std::vector<std::size_t>& items) {
    return std::pair(cost(items, costs_), items.size());
  });
  if (most->empty()) {
    return std::nullopt;
  }
  const std::size_t item = most->back();
  most->pop_back();
  return item;
}

}  // namespace ffbench
