#pragma once

#include <string_view>

#include "core/face_plan.hpp"

namespace ffbench::faults {

/// The plan as the fault of that name makes it; other names leave it.
ClipPlan faulty_plan(std::string_view fault, ClipPlan plan, int frame_width, int frame_height);

/// The plan of one frame with its area masks one pixel to the right.
FramePlan with_shifted_mask(FramePlan plan);

}  // namespace ffbench::faults
