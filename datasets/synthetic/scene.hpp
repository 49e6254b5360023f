#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "core/face_track.hpp"
#include "core/image.hpp"
#include "datasets/synthetic/scene_geometry.hpp"

namespace ffbench::synthetic {

/// Draws the frames of a scenario. Frames do not depend on each other, on the thread or on the
/// machine: the arithmetic is + - * / and square roots of IEEE numbers, random numbers are
/// functions of place and frame.
class SyntheticScene {
 public:
  /// `threads` prepare textures and background, which happens with the first frame.
  SyntheticScene(std::shared_ptr<const SceneGeometry> geometry, int threads = 1);
  ~SyntheticScene();
  SyntheticScene(const SyntheticScene&) = delete;
  SyntheticScene& operator=(const SyntheticScene&) = delete;

  [[nodiscard]] const SceneGeometry& geometry() const { return *geometry_; }

  /// Draws frame `index` into `out`, which has the scene's size. Safe to call from several threads
  /// at once. `camera_noise` false leaves the noise out, for comparing frames.
  void render(int index, BgrView out, bool camera_noise = true) const;

 private:
  struct Appearance;
  [[nodiscard]] const Appearance& appearance() const;

  std::shared_ptr<const SceneGeometry> geometry_;
  int threads_;
  std::uint32_t noise_key_;
  mutable std::once_flag appearance_once_;
  mutable std::unique_ptr<Appearance> appearance_;
};

/// A portrait of one of people(): frontal, neutral, without noise; the aligned crop (arcface_128
/// template) covers 1.25 times `crop_size` pixels of it.
class PortraitGeometry {
 public:
  PortraitGeometry(int person, int crop_size);

  /// Width and height of the picture, 2.75 times the crop.
  [[nodiscard]] int side() const { return geometry_->width(); }
  [[nodiscard]] Landmarks68 landmarks() const;
  /// `out` is side() x side().
  void render(BgrView out, int threads = 1) const;

 private:
  std::shared_ptr<const SceneGeometry> geometry_;
};

}  // namespace ffbench::synthetic
