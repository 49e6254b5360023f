#include "datasets/synthetic/scene_geometry.hpp"

namespace ffbench::synthetic {

SceneGeometry::SceneGeometry(const Scenario& scenario, int width, int height, int frames)
    : scenario_(scenario), width_(width), height_(height), frames_(frames) {
  for (const int index : scenario.cast) {
    people_.push_back(std::make_unique<PersonModel>(synthetic::people()[static_cast<std::size_t>(index)]));
  }
}

SceneState SceneGeometry::state(int frame) const {
  Moment moment;
  moment.seconds = frame / scenario_.frames_per_second;
  moment.progress = frames_ > 1 ? static_cast<double>(frame) / (frames_ - 1) : 0;
  moment.aspect = static_cast<double>(width_) / height_;
  return scenario_.state(moment);
}

FrameGeometry SceneGeometry::frame(int index, bool positions_only) const {
  FrameGeometry g;
  g.state = state(index);
  g.placements.resize(layer_count());
  g.vertices.resize(layer_count());
  const auto place = [&](double x, double y, double size) {
    Placement p;
    // Pixel centres lie at whole numbers: the middle of the frame is at (size - 1) / 2.
    p.x = (width_ - 1) / 2.0 + x * height_;
    p.y = (height_ - 1) / 2.0 + y * height_;
    p.scale = size * height_ / crop_side_cm;
    return p;
  };
  for (std::size_t i = 0; i < people_.size(); ++i) {
    const FaceState& face = g.state.faces[i];
    if (!face.present) {
      continue;
    }
    Placement p = place(face.x, face.y, face.size);
    p.yaw = face.yaw;
    p.pitch = face.pitch;
    p.roll = face.roll;
    p.nearness = face.nearness;
    g.placements[i] = p;
    people_[i]->pose(p, face.expression, positions_only, g.vertices[i]);
  }
  if (g.state.hand.present) {
    Placement p = place(g.state.hand.x, g.state.hand.y, g.state.hand.size);
    p.roll = g.state.hand.roll;
    p.nearness = 200;
    g.placements.back() = p;
    hand_.pose(p, g.vertices.back());
  }
  return g;
}

Layer SceneGeometry::layer(const FrameGeometry& frame, std::size_t index) const {
  if (index < people_.size()) {
    return {people_[index].get(), &people_[index]->shape(), &frame.vertices[index]};
  }
  return {&hand_, nullptr, &frame.vertices[index]};
}

}  // namespace ffbench::synthetic
