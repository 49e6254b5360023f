#pragma once

#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench {

/// The link between host and device while both directions copy and nothing else goes on: what a pipeline is measured by. `memory` is
/// page-locked and holds frames one behind the other.
class Link {
 public:
  /// Copies as large as can be, and copies of `region` out of and into eight frames of `width` x `height` each.
  Link(cuda::PinnedBuffer& memory, int width, int height, const Region& region);

  /// Measures each once. What others do on the host shows in one measurement and not in the next: the best counts.
  void measure();

  /// Bytes a second each way, the best so far.
  [[nodiscard]] double large_copies() const { return large_; }
  [[nodiscard]] double region_copies() const { return regions_; }

 private:
  double time_large_copies();
  double time_region_copies();

  cuda::PinnedBuffer& memory_;
  int width_;
  int height_;
  Region region_;
  cuda::DeviceBuffer to_;
  cuda::DeviceBuffer from_;
  cuda::Stream up_;
  cuda::Stream down_;
  double large_ = 0;
  double regions_ = 0;
};

}  // namespace ffbench
