#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  // At 1080p and crop 512 the face is 0.3 times the crop at both ends and 3 times in the middle.
  const double swing = 0.5 - 0.5 * cosine(2 * pi * m.progress);
  constexpr double log2_of_10 = 3.321928094887362;
  SceneState scene;
  FaceState face;
  face.size = 512.0 / 1080 * 0.3 * power_of_two(log2_of_10 * swing);
  face.x = 0.02 * wander(m.seconds, 4.3, 21);
  face.y = -0.16 * face.size;
  face.yaw = radians(7) * wander(m.seconds, 3.9, 22);
  face.pitch = radians(3) * wander(m.seconds, 2.9, 23);
  face.roll = radians(3) * wander(m.seconds, 4.9, 24);
  face.expression = speaking(m.seconds, 5);
  scene.faces = {face};
  return scene;
}

}  // namespace

Scenario zoom_scenario() {
  return {.name = "zoom",
          .description = "the face grows from 0.3 to 3 times the crop and shrinks again",
          .cast = {4},
          .source = 5,
          .state = state};
}

}  // namespace ffbench::synthetic
