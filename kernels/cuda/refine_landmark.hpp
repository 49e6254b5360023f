#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/numeric/refinement.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/refine_landmark_steps.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Landmark refinement", of `count` patches, a block of threads each. All pointers
/// are device pointers.
void refine_landmark(const RefinementItem* items, int count, const RefinementTables* tables,
                     RefinementOffset* offsets, StreamHandle stream);

/// The networks in the form that kernels read.
std::unique_ptr<RefinementTables> refinement_tables(const RefinementNetworks& networks);

/// A patch in the form that kernels read.
RefinementItem refinement_item(const LandmarkView& view, const LandmarkReference& reference,
                               LandmarkKind kind);

/// Refines patches on a device. The constructor throws `Error` where the device cannot be used.
class LandmarkRefiner {
 public:
  LandmarkRefiner(const RefinementNetworks& networks, int device);
  ~LandmarkRefiner();
  LandmarkRefiner(const LandmarkRefiner&) = delete;
  LandmarkRefiner& operator=(const LandmarkRefiner&) = delete;

  /// Offsets in the order of the items.
  std::vector<PatchOffset> refine(std::span<const RefinementItem> items);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ffbench::cuda
