#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  FaceState face;
  face.x = 0.015 * wander(m.seconds, 4.1, 31);
  face.yaw = radians(8) * wander(m.seconds, 3.7, 32);
  face.pitch = radians(4) * wander(m.seconds, 2.9, 33);
  face.roll = radians(3) * wander(m.seconds, 4.4, 34);
  face.expression = speaking(m.seconds, 6);
  scene.faces = {face};

  const double way = smooth_step(0.12, 0.88, m.progress);
  scene.hand.present = true;
  scene.hand.x = mix(0.75, -0.75, way);
  scene.hand.y = 0.10 + 0.03 * wander(m.seconds, 1.9, 35);
  scene.hand.roll = radians(mix(24, -24, way));
  return scene;
}

}  // namespace

Scenario occlude_scenario() {
  return {.name = "occlude",
          .description = "a hand passes before the face",
          .cast = {2},
          .source = 6,
          .state = state};
}

}  // namespace ffbench::synthetic
