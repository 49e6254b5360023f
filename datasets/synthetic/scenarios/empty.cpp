#include "datasets/synthetic/motion.hpp"
#include "datasets/synthetic/scenarios/table.hpp"

namespace ffbench::synthetic {
namespace {

SceneState state(const Moment& m) {
  SceneState scene;
  const double gain = 1 + 0.05 * wander(m.seconds, 3.3, 91);
  scene.light = {gain, gain, gain};
  return scene;
}

}  // namespace

Scenario empty_scenario() {
  return {.name = "empty",
          .description = "a room without a person",
          .cast = {},
          .source = 5,
          .moving_face = false,
          .state = state};
}

}  // namespace ffbench::synthetic
