#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  FaceState face;
  face.yaw = radians(4);
  face.roll = radians(-2);
  face.expression.blink = listening(m.seconds, 2).blink;
  scene.faces = {face};
  return scene;
}

}  // namespace

Scenario still_scenario() {
  return {.name = "still",
          .description = "the head does not move at all, only the eyes blink",
          .cast = {2},
          .source = 6,
          .moving_face = false,
          .state = state};
}

}  // namespace ffbench::synthetic
