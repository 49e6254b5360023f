#pragma once

#include <span>
#include <string_view>

#include "core/face_plan.hpp"

namespace ffbench {

/// Plans that are wrong on purpose: a set of gates that lets one of them pass is broken
/// (docs/metrics.md).
enum class Control {
  none,
  truth,        ///< the truth plan: must pass
  frozen,       ///< the face never moves
  lagged,       ///< the plan of six frames ago
  alternating,  ///< half a pixel to the right and to the left, every other frame
  shaking,      ///< two pixels to the right and to the left, every other two frames
  jumping,      ///< twelve pixels to the right in single frames
};

struct ControlRow {
  std::string_view name;
  Control control;
  std::string_view description;
};

/// All controls but `none`.
std::span<const ControlRow> controls();

/// Throws `Error` that lists the legal names.
Control parse_control(std::string_view name);

/// The plan a control makes of the raw plan or the truth plan, for frames of that size. Geometry is
/// derived again.
ClipPlan controlled_plan(Control control, const ClipPlan& raw, const ClipPlan& truth, int frame_width,
                         int frame_height);

}  // namespace ffbench
