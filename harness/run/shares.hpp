#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace ffbench {

/// Divides items of work among `count` workers so that each has as nearly the same to do as items allow, up to a thousandth of all: one worker
/// after the other gets the items that come nearest to its part of what is left. Items are named by their place in `costs`, which are not
/// negative; those of a worker are in falling order.
std::vector<std::vector<std::size_t>> divide(const std::vector<std::int64_t>& costs, int count);

/// Hands items of work to workers, each first those of its own share, then the smallest of the worker who has the most left to begin.
class Shares {
 public:
  Shares(std::vector<std::int64_t> costs, int workers)
      : costs_(std::move(costs)), left_(divide(costs_, workers)) {}

  /// The next item for a worker, from 0; nothing where all are handed out. May be called from several threads.
  std::optional<std::size_t> next(int worker);

 private:
  std::mutex mutex_;
  std::vector<std::int64_t> costs_;
  std::vector<std::vector<std::size_t>> left_;
};

}  // namespace ffbench
