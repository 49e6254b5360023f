#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  const double way = smooth_step(0, 1, m.progress);
  FaceState near;
  near.size = 0.40;
  near.x = mix(-0.50, 0.50, way);
  near.y = -0.02 + 0.008 * wander(m.seconds, 1.1, 61);
  near.yaw = radians(16) + radians(8) * wander(m.seconds, 3.3, 62);
  near.pitch = radians(3) * wander(m.seconds, 2.3, 63);
  near.nearness = 80;
  near.expression = listening(m.seconds, 9);
  FaceState far = near;
  far.size = 0.34;
  far.x = mix(0.48, -0.48, way);
  far.y = -0.10 + 0.008 * wander(m.seconds, 1.2, 64);
  far.yaw = radians(-16) + radians(8) * wander(m.seconds, 3.1, 65);
  far.roll = radians(4) * wander(m.seconds, 3.9, 66);
  far.nearness = 0;
  far.expression = speaking(m.seconds, 10);
  scene.faces = {near, far};
  return scene;
}

}  // namespace

Scenario two_faces_scenario() {
  return {.name = "two-faces",
          .description = "two people walk past each other, one hides the other",
          .cast = {1, 2},
          .source = 5,
          .state = state};
}

}  // namespace ffbench::synthetic
