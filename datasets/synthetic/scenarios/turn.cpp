#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  FaceState face;
  const double phase = 2 * pi * 0.85 * m.seconds;
  face.yaw = radians(36) * sine(phase);
  face.pitch = radians(9) * sine(0.73 * phase + 0.6);
  face.roll = radians(8) * sine(0.61 * phase + 1.9);
  face.x = 0.05 * sine(phase - 0.3);
  face.y += 0.015 * sine(1.37 * phase);
  face.expression = listening(m.seconds, 4);
  scene.faces = {face};
  return scene;
}

}  // namespace

Scenario turn_scenario() {
  return {.name = "turn", .description = "fast turns of the head", .cast = {1}, .source = 5, .state = state};
}

}  // namespace ffbench::synthetic
