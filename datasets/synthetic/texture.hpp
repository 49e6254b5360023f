#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "datasets/synthetic/lanes.hpp"
#include "datasets/synthetic/person.hpp"

namespace ffbench::synthetic {

/// What a surface looks like at a place.
struct SurfaceSample {
  Float4 colour;  ///< blue, green, red as displayed, 0 to 1; then the gloss, 0 to 1
  Float4 slope;   ///< rise of the fine relief to the right and upwards; two unused
};

/// A repeating texture, a power of two texels wide and high, with prefiltered smaller copies, so
/// that it neither crawls nor flickers when it is seen small.
class Texture {
 public:
  struct Texel {
    Colour colour;
    double gloss = 0;
    double height = 0;  ///< of the fine relief, centimetres
  };

  Texture() = default;
  /// Asks `texel` for every texel (u to the right, v upwards, both in [0, 1)) on up to `threads`
  /// threads. `width_cm` gives the size in centimetres of the whole width at v, `height_cm` that of
  /// the height.
  Texture(int width, int height, int threads, double height_cm,
          const std::function<double(double v)>& width_cm,
          const std::function<Texel(double u, double v)>& texel);

  [[nodiscard]] bool empty() const { return levels_.empty(); }

  /// The texture around (u, v) where a pixel of the picture covers 1 / `pixels_per_cm` centimetres
  /// of the surface.
  [[nodiscard]] SurfaceSample sample(float u, float v, float pixels_per_cm) const;

 private:
  using Packed = std::array<std::uint8_t, 8>;  ///< b g r gloss slope_x slope_y 0 0
  struct Level {
    std::int32_t width = 0;
    std::int32_t height = 0;
    std::vector<Packed> texels;
  };

  std::vector<Level> levels_;
  float texels_per_cm_ = 1;
};

}  // namespace ffbench::synthetic
