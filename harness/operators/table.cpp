#include "harness/operators/operator.hpp"

namespace ffbench::operators {

// One function a row, each in the file of its operator.
Operator warp_operator();
Operator warp_antialiased_operator();
Operator gain_statistics_operator();
Operator gain_update_operator();
Operator gain_tables_operator();
Operator apply_gains_operator();
Operator box_mask_operator();
Operator area_mask_operator();
Operator mask_hysteresis_operator();
Operator hold_masks_operator();
Operator pack_crops_operator();
Operator composite_operator();
Operator frame_difference_operator();
Operator cut_landmark_operator();
Operator refine_landmark_operator();

const std::vector<Operator>& table() {
  static const std::vector<Operator> rows{
      warp_operator(),
      warp_antialiased_operator(),
      gain_statistics_operator(),
      gain_update_operator(),
      gain_tables_operator(),
      apply_gains_operator(),
      box_mask_operator(),
      area_mask_operator(),
      mask_hysteresis_operator(),
      hold_masks_operator(),
      pack_crops_operator(),
      composite_operator(),
      frame_difference_operator(),
      cut_landmark_operator(),
      refine_landmark_operator(),
  };
  return rows;
}

}  // namespace ffbench::operators
