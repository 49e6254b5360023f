#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  FaceState face;
  face.x = 0.02 * wander(m.seconds, 4.3, 41);
  face.yaw = radians(9) * wander(m.seconds, 3.9, 42);
  face.pitch = radians(4) * wander(m.seconds, 2.7, 43);
  face.roll = radians(3) * wander(m.seconds, 4.7, 44);
  face.expression = speaking(m.seconds, 7);
  scene.faces = {face};

  // A lamp pumps at 3.1 Hz, its colour wanders between warm and cold.
  const double pump = 0.86 + 0.26 * sine(2 * pi * 3.1 * m.seconds);
  const double warm = 0.16 * sine(2 * pi * 0.57 * m.seconds + 0.5);
  scene.light = {pump * (1 + warm), pump, pump * (1 - 1.2 * warm)};
  return scene;
}

}  // namespace

Scenario flicker_scenario() {
  return {.name = "flicker",
          .description = "the light pumps and changes its colour",
          .cast = {3},
          .source = 6,
          .state = state};
}

}  // namespace ffbench::synthetic
