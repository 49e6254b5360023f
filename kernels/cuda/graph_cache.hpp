#pragma once

#include <cstddef>
#include <list>
#include <utility>

#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// Who joins crops, through the tables of their gains, with their masks: a kernel of its own, before the composite, or the composite, part
/// by part.
enum class Joined { before, by_parts };

/// What a graph has room for. Everything else about a batch lies in device memory.
struct Bucket {
  int faces = 0;  ///< a power of two
  int waves = 0;
  int tiles = 0;  ///< a size class
  Joined joined = Joined::before;
  friend bool operator==(const Bucket&, const Bucket&) = default;
};

/// The graphs of one slot, the least recently used first to go.
class GraphCache {
 public:
  /// The graph of a bucket; `capture` makes it where it is not there. Counts.
  template <typename CaptureGraph>
  cudaGraphExec_t get(const Bucket& bucket, GraphCounts& counts, CaptureGraph capture) {
    ++counts.replays;
    for (auto at = graphs_.begin(); at != graphs_.end(); ++at) {
      if (at->first == bucket) {
        ++counts.hits;
        graphs_.splice(graphs_.begin(), graphs_, at);
        return graphs_.front().second.get();
      }
    }
    ++counts.captures;
    if (graphs_.size() >= capacity) {
      graphs_.pop_back();
    }
    graphs_.emplace_front(bucket, capture());
    return graphs_.front().second.get();
  }

  /// Whether the graph used last is that of the bucket.
  [[nodiscard]] bool latest_is(const Bucket& bucket) const {
    return !graphs_.empty() && graphs_.front().first == bucket;
  }

  /// Forgets all graphs: the memory they were captured with is gone.
  void clear() { graphs_.clear(); }

  static constexpr std::size_t capacity = 16;

 private:
  std::list<std::pair<Bucket, Capture::Executable>> graphs_;
};

}  // namespace ffbench::cuda
