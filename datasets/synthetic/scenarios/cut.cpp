#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  scene.shot = m.progress < 0.5 ? 0 : 1;
  FaceState first;
  first.present = scene.shot == 0;
  first.x = -0.12 + 0.02 * wander(m.seconds, 4.3, 81);
  first.yaw = radians(12) + radians(7) * wander(m.seconds, 3.9, 82);
  first.pitch = radians(4) * wander(m.seconds, 2.7, 83);
  first.expression = speaking(m.seconds, 12);
  FaceState second;
  second.present = scene.shot == 1;
  second.size = 0.36;
  second.x = 0.22 + 0.02 * wander(m.seconds, 3.7, 84);
  second.y = -0.03;
  second.yaw = radians(-14) + radians(7) * wander(m.seconds, 3.5, 85);
  second.roll = radians(4) * wander(m.seconds, 4.1, 86);
  second.expression = listening(m.seconds, 13);
  scene.faces = {first, second};
  return scene;
}

}  // namespace

Scenario cut_scenario() {
  return {.name = "cut",
          .description = "halfway the scene changes: another person, place and light",
          .cast = {0, 3},
          .source = 6,
          .state = state};
}

}  // namespace ffbench::synthetic
