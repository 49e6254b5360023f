#pragma once

#include <memory>
#include <vector>

#include "datasets/synthetic/person_model.hpp"
#include "datasets/synthetic/rasterizer.hpp"
#include "datasets/synthetic/scenario.hpp"

namespace ffbench::synthetic {

/// Width of the aligned crop (arcface_128 template) over the distance of the eyes, times the
/// latter: centimetres.
inline constexpr double crop_side_cm = 2 * HeadShape::eye_x / (0.63696719 - 0.36167656);

/// Where everything is in one frame. Layers are people in the order of the cast, then the hand;
/// absent ones have no vertices.
struct FrameGeometry {
  SceneState state;
  std::vector<Placement> placements;               ///< per layer
  std::vector<std::vector<PosedVertex>> vertices;  ///< per layer; empty: not in the scene
};

/// A scenario at a size and length: the shapes and motions of a clip, without its looks. Immutable,
/// any thread may use it.
class SceneGeometry {
 public:
  SceneGeometry(const Scenario& scenario, int width, int height, int frames);

  [[nodiscard]] const Scenario& scenario() const { return scenario_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] int frames() const { return frames_; }
  [[nodiscard]] std::size_t people() const { return people_.size(); }
  [[nodiscard]] const PersonModel& person(std::size_t i) const { return *people_[i]; }
  [[nodiscard]] std::size_t layer_count() const { return people_.size() + 1; }

  [[nodiscard]] SceneState state(int frame) const;
  /// `positions_only` leaves out what only shading needs.
  [[nodiscard]] FrameGeometry frame(int index, bool positions_only) const;
  [[nodiscard]] Layer layer(const FrameGeometry& frame, std::size_t index) const;

 private:
  Scenario scenario_;
  int width_;
  int height_;
  int frames_;
  std::vector<std::unique_ptr<PersonModel>> people_;
  HandModel hand_;
};

}  // namespace ffbench::synthetic
