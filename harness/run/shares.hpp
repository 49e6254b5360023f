#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace ffbench {

/// The one division of work: of fixtures among shards by their pixels, and among devices, which
/// also take over what others have not begun (`Shares`). `count` workers get as nearly the same to
/// do as the items allow, up to a thousandth of all: one worker after the other gets the items that
/// come nearest to its part of what is left, and at least one item where there are enough. Items
/// are named by their place in `costs`, which are not negative; those of a worker are in falling
/// order.
std::vector<std::vector<std::size_t>> divide(const std::vector<std::int64_t>& costs, int count);

/// Hands items of work to workers, each first those of its own share, then the smallest of the
/// worker who has the most left to begin.
class Shares {
 public:
  Shares(std::vector<std::int64_t> costs, int workers)
      : costs_(std::move(costs)), left_(divide(costs_, workers)) {}

  /// The next item for a worker, from 0; nothing where all are handed out. May be called from
  /// several threads.
  std::optional<std::size_t> next(int worker);

 private:
  std::mutex mutex_;
  std::vector<std::int64_t> costs_;
  std::vector<std::vector<std::size_t>> left_;
};

}  // namespace ffbench
