#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

/// Frame heights a frame; 0.075 to 0.2 pixels at 1080p, 0.05 to 0.133 at 720p.
constexpr double slowest = 0.075 / 1080;
constexpr double fastest = 0.200 / 1080;

SceneState state(const Moment& m) {
  // The speed swings between the two every four seconds; this is its integral.
  const double frames = m.seconds * 25;
  const double w = 2 * pi / 100;
  const double way =
      (slowest + fastest) / 2 * frames + (fastest - slowest) / 2 * (1 - cosine(w * frames)) / w;
  SceneState scene;
  FaceState face;
  face.x = 0.8 * way;
  face.y += 0.6 * way;
  face.expression = listening(m.seconds, 3);
  scene.faces = {face};
  return scene;
}

}  // namespace

Scenario drift_scenario() {
  return {.name = "drift",
          .description = "the face drifts by a fraction of a pixel a frame",
          .cast = {3},
          .source = 6,
          .state = state};
}

}  // namespace ffbench::synthetic
