#pragma once

#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench {

/// The rates of the link between host and device while both directions copy and nothing else runs.
/// `memory` is page-locked and holds consecutive frames.
class Link {
 public:
  /// For large copies, and for copies of `region` of eight frames of `width` x `height` each.
  Link(cuda::PinnedBuffer& memory, int width, int height, const Region& region);

  /// Measures each once. The best measurement counts, since other load of the host only slows it.
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
