#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/numeric/refinement.hpp"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/refinement_steps.hpp"

namespace ffbench::cuda {

/// One block of threads a patch. All pointers are device pointers.
void refine_landmarks(const RefinementItem* items, int count, const RefinementTables* tables,
                      RefinementOffset* offsets, StreamHandle stream);

/// The networks as kernels read them.
std::unique_ptr<RefinementTables> refinement_tables(const RefinementNetworks& networks);

/// A patch as it travels.
RefinementItem refinement_item(const LandmarkView& view, const LandmarkReference& reference,
                               LandmarkKind kind);

/// Refines patches on a device. Throws `Error` where it cannot be used.
class LandmarkRefiner {
 public:
  LandmarkRefiner(const RefinementNetworks& networks, int device);
  ~LandmarkRefiner();
  LandmarkRefiner(const LandmarkRefiner&) = delete;
  LandmarkRefiner& operator=(const LandmarkRefiner&) = delete;

  /// The offsets in the order of the items.
  std::vector<PatchOffset> refine(std::span<const RefinementItem> items);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ffbench::cuda
