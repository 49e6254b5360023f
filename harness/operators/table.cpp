#include "harness/operators/operator.hpp"
#include "harness/operators/rows.hpp"

namespace ffbench::operators {

const std::vector<Operator>& table() {
  static const std::vector<Operator> rows{
      warp_operator(),
      warp_antialiased_operator(),
      gain_statistics_operator(),
      gain_tables_operator(),
      apply_gains_operator(),
      box_mask_operator(),
      area_mask_operator(),
      mask_hysteresis_operator(),
      composite_operator(),
      frame_difference_operator(),
      cut_landmark_operator(),
      refine_landmark_operator(),
  };
  return rows;
}

}  // namespace ffbench::operators
