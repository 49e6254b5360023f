#pragma once

#include <cstddef>
#include <vector>

#include "core/face_plan.hpp"

namespace ffbench {

/// The faces whose temporal state an executor keeps from frame to frame: those that were drawn
/// last. A face that is not kept starts again, as with `FacePlan::reset`. All executors follow this
/// rule, so that the memory for states is bounded and the bytes agree (reference/NUMERICS.md,
/// "State").
class KeptFaces {
 public:
  /// After a frame this many faces are kept, or all of that frame where it has more.
  static constexpr std::size_t most = 64;

  [[nodiscard]] bool contains(int face_id) const;

  /// The next frame draws the faces of `plan`. Returns the faces that are not kept any more, those
  /// drawn longest ago first; faces of one frame by their order in the plan. Valid until the next
  /// call.
  const std::vector<int>& draw(const FramePlan& plan);

  void clear() { faces_.clear(); }

 private:
  std::vector<int> faces_;  ///< the one drawn longest ago first
  std::vector<int> dropped_;
};

}  // namespace ffbench
