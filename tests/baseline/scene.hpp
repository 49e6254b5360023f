#pragma once

#include <cstdint>
#include <string_view>

#include "core/face_track.hpp"
#include "core/image.hpp"

namespace ffbench::scene {

/// Smooth shading with noise on top: edges, flat parts and extremes in one picture. The same bytes
/// for the same arguments.
BgrImage picture(int width, int height, std::uint32_t seed);

/// Five landmarks for which a crop of `crop_size` by the template lies about (x, y) in the frame,
/// turned by `degrees`, `scale` frame pixels to a crop pixel, each landmark moved by up to `jitter`
/// pixels so that no similarity fits exactly.
struct Placement {
  std::string_view warp_template = "arcface_128";
  int crop_size = 512;
  double x = 0;
  double y = 0;
  double degrees = 0;
  double scale = 1;
  double jitter = 0;
};
Landmarks5 landmarks(const Placement& placement);

/// The similarity of the placement itself, frame to crop.
Similarity transform(const Placement& placement);

}  // namespace ffbench::scene
