#pragma once

#include "harness/operators/operator.hpp"

// The rows of the table, one function a row.
namespace ffbench::operators {

Operator warp_operator();
Operator warp_antialiased_operator();
Operator gain_statistics_operator();
Operator gain_tables_operator();
Operator apply_gains_operator();
Operator box_mask_operator();
Operator area_mask_operator();
Operator mask_hysteresis_operator();
Operator composite_operator();
Operator frame_difference_operator();
Operator cut_landmark_operator();
Operator refine_landmark_operator();

}  // namespace ffbench::operators
