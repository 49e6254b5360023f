#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  FaceState face;
  // Out of the frame between 40 and 60 % of the clip.
  const double outside = smooth_step(0.08, 0.40, m.progress) * (1 - smooth_step(0.60, 0.92, m.progress));
  face.x = -0.05 + outside * (m.aspect / 2 + 0.42);
  face.y += 0.01 * wander(m.seconds, 1.3, 71);
  face.yaw = radians(18) * sine(2 * pi * m.progress);
  face.roll = radians(4) * wander(m.seconds, 2.9, 72);
  face.expression = listening(m.seconds, 11);
  scene.faces = {face};
  return scene;
}

}  // namespace

Scenario exit_scenario() {
  return {.name = "exit",
          .description = "the face leaves the frame and comes back",
          .cast = {0},
          .source = 5,
          .state = state};
}

}  // namespace ffbench::synthetic
