#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  FaceState face;
  face.x = 0.030 * wander(m.seconds, 4.3, 1);
  face.y += 0.018 * wander(m.seconds, 3.1, 2);
  face.size *= 1 + 0.03 * wander(m.seconds, 5.7, 3);
  face.yaw = radians(14) * wander(m.seconds, 3.9, 4);
  face.pitch = radians(6) * wander(m.seconds, 2.7, 5);
  face.roll = radians(5) * wander(m.seconds, 4.7, 6);
  face.expression = speaking(m.seconds, 1);
  scene.faces = {face};
  return scene;
}

}  // namespace

Scenario talk_scenario() {
  return {.name = "talk",
          .description = "one person speaks to the camera",
          .cast = {0},
          .source = 5,
          .state = state};
}

}  // namespace ffbench::synthetic
