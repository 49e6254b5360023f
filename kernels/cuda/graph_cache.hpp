#pragma once

#include <cstddef>
#include <list>
#include <utility>

#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// Where crops, with gains applied, and masks are packed (`PackedCrop`): in a kernel before the
/// composite, or in the composite itself, tile by tile.
enum class Packing { before, in_composite };

/// The properties of a batch that its graph depends on. Everything else is read from device memory.
struct GraphKey {
  int faces = 0;   ///< a power of two
  int layers = 0;  ///< paste layers
  int tiles = 0;   ///< a size class
  Packing packing = Packing::before;
  Stage last = Stage::composite;  ///< the stage after which it ends
  friend bool operator==(const GraphKey&, const GraphKey&) = default;
};

/// The graphs of one slot, of which the least recently used is dropped first.
class GraphCache {
 public:
  /// The graph of a key, which `capture` makes where there is none. Counts replays, hits and
  /// captures.
  template <typename CaptureGraph>
  cudaGraphExec_t get(const GraphKey& key, GraphCounts& counts, CaptureGraph capture) {
    ++counts.replays;
    for (auto at = graphs_.begin(); at != graphs_.end(); ++at) {
      if (at->first == key) {
        ++counts.hits;
        graphs_.splice(graphs_.begin(), graphs_, at);
        return graphs_.front().second.get();
      }
    }
    ++counts.captures;
    if (graphs_.size() >= capacity) {
      graphs_.pop_back();
    }
    graphs_.emplace_front(key, capture());
    return graphs_.front().second.get();
  }

  /// Whether the graph used last is that of `key`.
  [[nodiscard]] bool latest_is(const GraphKey& key) const {
    return !graphs_.empty() && graphs_.front().first == key;
  }

  /// Drops all graphs, when the memory that they were captured with is freed.
  void clear() { graphs_.clear(); }

  static constexpr std::size_t capacity = 16;

 private:
  std::list<std::pair<GraphKey, Capture::Executable>> graphs_;
};

}  // namespace ffbench::cuda
