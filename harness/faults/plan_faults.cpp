#include "harness/faults/plan_faults.hpp"

#include "core/error.hpp"
#include "harness/pipeline/controls.hpp"
#include "stability/plan_geometry.hpp"

namespace ffbench::faults {
namespace {

constexpr double spike_px = 4;
constexpr std::size_t spike_frames_before_end = 10;

ClipPlan with_tail_spike(ClipPlan plan, int frame_width, int frame_height) {
  const std::size_t frames = plan.frames.size();
  if (frames <= spike_frames_before_end) {
    return plan;
  }
  for (FacePlan& face : plan.frames[frames - spike_frames_before_end].faces) {
    face.frame_to_crop.tx -= face.frame_to_crop.a * spike_px;
    face.frame_to_crop.ty -= face.frame_to_crop.b * spike_px;
    face.pose.centre.x += spike_px;
    if (!stability::complete_geometry(face, frame_width, frame_height, plan.crop_size)) {
      fail("the spike of the fault tail-spike leaves no geometry; use a larger face");
    }
  }
  return plan;
}

}  // namespace

ClipPlan faulty_plan(std::string_view fault, ClipPlan plan, int frame_width, int frame_height) {
  if (fault == "frozen-plan") {
    return controlled_plan(Control::frozen, plan, {}, frame_width, frame_height);
  }
  if (fault == "lagged-plan") {
    return controlled_plan(Control::lagged, plan, {}, frame_width, frame_height);
  }
  if (fault == "alternating-plan") {
    return controlled_plan(Control::alternating, plan, {}, frame_width, frame_height);
  }
  if (fault == "tail-spike") {
    return with_tail_spike(std::move(plan), frame_width, frame_height);
  }
  return plan;
}

FramePlan with_shifted_mask(FramePlan plan) {
  for (FacePlan& face : plan.faces) {
    for (HalfPlane& edge : face.geometry.mask_edges) {
      edge.c -= edge.nx;
    }
    for (Point& corner : face.mask_polygon) {
      corner.x += 1;
    }
  }
  return plan;
}

}  // namespace ffbench::faults
