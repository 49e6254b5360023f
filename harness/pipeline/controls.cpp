#include "harness/pipeline/controls.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "core/named.hpp"
#include "stability/plan_geometry.hpp"

namespace ffbench {
namespace {

constexpr std::array<ControlRow, 6> table{{
    {"truth", Control::truth,
     "the plan of the true landmarks: passes every gate that does not compare it with itself"},
    {"frozen", Control::frozen, "the face stays where it was first seen"},
    {"lagged", Control::lagged, "the plan of six frames ago"},
    {"alternating", Control::alternating, "half a pixel aside, to the right and to the left in turn"},
    {"shaking", Control::shaking, "two pixels aside, two frames to the right and two to the left in turn"},
    {"jumping", Control::jumping, "twelve pixels aside in one of 40 frames"},
}};

constexpr int lag_frames = 6;
constexpr double alternation_px = 0.5;
/// With a period of four frames, which tPSNR at stride 2 sees and a period of two does not show.
constexpr double shaking_px = 2;
constexpr int shaking_frames = 2;
constexpr double jump_px = 12;
constexpr int jump_period = 40;
/// In clips of 96 frames one jump lies before the tail and one in it.
constexpr int jump_phase = 35;

const FacePlan* find_face(const FramePlan& frame, int id) {
  const auto at = std::find_if(frame.faces.begin(), frame.faces.end(),
                               [id](const FacePlan& f) { return f.face_id == id; });
  return at == frame.faces.end() ? nullptr : &*at;
}

/// Moves a face to where `to` has it.
void take_place_of(FacePlan& face, const FacePlan& to) {
  face.frame_to_crop = to.frame_to_crop;
  face.pose = to.pose;
  face.mask_polygon = to.mask_polygon;
}

/// Moves a face by (dx, 0) in the frame.
void shift(FacePlan& face, double dx) {
  face.frame_to_crop.tx -= face.frame_to_crop.a * dx;
  face.frame_to_crop.ty -= face.frame_to_crop.b * dx;
  face.pose.centre.x += dx;
}

}  // namespace

std::span<const ControlRow> controls() {
  return table;
}

Control parse_control(std::string_view name) {
  return named(table, name, "control", &ControlRow::name).control;
}

ClipPlan controlled_plan(Control control, const ClipPlan& raw, const ClipPlan& truth, int frame_width,
                         int frame_height) {
  if (control == Control::truth) {
    return truth;
  }
  ClipPlan plan = raw;
  std::map<int, FacePlan> first;
  for (std::size_t t = 0; t < plan.frames.size(); ++t) {
    for (FacePlan& face : plan.frames[t].faces) {
      if (control == Control::frozen) {
        take_place_of(face, first.try_emplace(face.face_id, face).first->second);
      } else if (control == Control::lagged) {
        const std::size_t earlier = t >= lag_frames ? t - lag_frames : 0;
        if (const FacePlan* from = find_face(raw.frames[earlier], face.face_id)) {
          take_place_of(face, *from);
        }
      } else if (control == Control::alternating) {
        shift(face, t % 2 == 0 ? alternation_px : -alternation_px);
      } else if (control == Control::shaking) {
        shift(face, t / shaking_frames % 2 == 0 ? shaking_px : -shaking_px);
      } else if (control == Control::jumping && t % jump_period == jump_phase) {
        shift(face, jump_px);
      }
      if (!stability::complete_geometry(face, frame_width, frame_height, plan.crop_size)) {
        fail("control plan of frame {}: the face's geometry is degenerate", t);
      }
    }
  }
  return plan;
}

}  // namespace ffbench
