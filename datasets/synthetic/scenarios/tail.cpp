#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

constexpr int tail_frames = 12;

SceneState state(const Moment& m) {
  SceneState scene;
  FaceState face;
  face.x = 0.025 * wander(m.seconds, 4.3, 51);
  face.y += 0.012 * wander(m.seconds, 3.1, 52);
  face.size *= 1 + 0.02 * wander(m.seconds, 5.7, 53);
  face.yaw = radians(10) * wander(m.seconds, 3.9, 54);
  face.pitch = radians(5) * wander(m.seconds, 2.7, 55);
  face.roll = radians(4) * wander(m.seconds, 4.7, 56);
  face.expression = speaking(m.seconds, 8);
  scene.faces = {face};
  return scene;
}

DetectionQuality detection(int frame, int frames) {
  const double into_tail = clamp(frame - (frames - tail_frames) + 1, 0, tail_frames);
  return {.noise = 1 + 3 * into_tail / tail_frames, .dropout = into_tail > 0 ? 0.08 : 0.01};
}

}  // namespace

Scenario tail_scenario() {
  return {.name = "tail",
          .description = "detection degrades in the last 12 frames",
          .cast = {4},
          .source = 5,
          .state = state,
          .detection = detection};
}

}  // namespace ffbench::synthetic
