#include "harness/run/trajectories.hpp"

#include <array>
#include <limits>
#include <set>
#include <string_view>

#include "core/numeric/math.hpp"

namespace ffbench {
namespace {

struct Quantity {
  std::string_view name;
  std::string_view unit;
  double (*of)(const Pose&);
};

constexpr std::array<Quantity, 4> quantities{{
    {"centre x", "px", [](const Pose& p) { return p.centre.x; }},
    {"centre y", "px", [](const Pose& p) { return p.centre.y; }},
    {"roll", "degrees", [](const Pose& p) { return p.roll * (180 / math::pi); }},
    {"scale", "crop px per frame px", [](const Pose& p) { return p.scale; }},
}};

std::vector<double> series(const ClipPlan& plan, int face_id, const Quantity& quantity) {
  std::vector<double> values(plan.frames.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t t = 0; t < plan.frames.size(); ++t) {
    for (const FacePlan& face : plan.frames[t].faces) {
      if (face.face_id == face_id) {
        values[t] = quantity.of(face.pose);
      }
    }
  }
  return values;
}

}  // namespace

std::vector<Trajectory> trajectories(const ClipPlan& plan, const ClipPlan& raw, const ClipPlan& truth) {
  std::set<int> ids;
  for (const FramePlan& frame : plan.frames) {
    for (const FacePlan& face : frame.faces) {
      ids.insert(face.face_id);
    }
  }
  std::vector<Trajectory> result;
  for (int id : ids) {
    for (const Quantity& quantity : quantities) {
      Trajectory trajectory;
      trajectory.face = id;
      trajectory.quantity = quantity.name;
      trajectory.unit = quantity.unit;
      trajectory.observed = series(raw, id, quantity);
      trajectory.planned = series(plan, id, quantity);
      trajectory.truth = series(truth, id, quantity);
      result.push_back(std::move(trajectory));
    }
  }
  return result;
}

}  // namespace ffbench
