#pragma once

#include "datasets/synthetic/materials.hpp"
#include "datasets/synthetic/rasterizer.hpp"
#include "datasets/synthetic/scenario.hpp"

namespace ffbench::synthetic {

/// The lamps of a frame, in linear light; blue, green, red.
struct Lighting {
  Vector3 key_direction;
  Float4 key{};
  Vector3 fill_direction;
  Float4 fill{};
  Float4 sky{};
  Float4 ground{};

  /// The lamps of a shot, all times the gain of `light`.
  static Lighting of(int shot, Colour light);
};

/// Shades points of one layer.
class Shader {
 public:
  Shader(const Lighting& lighting, const Layer& layer, const PersonTextures& textures, Person person,
         double yaw, double roll);

  /// The displayed colour (blue, green, red, 0 to 1) of a place in a triangle.
  [[nodiscard]] Float4 shade(const ScreenTriangle& triangle, float x, float y) const;

 private:
  struct Surface {
    Float4 normal;
    Float4 texture;
    float occlusion;
  };
  [[nodiscard]] Float4 textured(const Texture& texture, const Surface& s, float wrap) const;
  [[nodiscard]] Float4 hair(const Surface& s) const;
  [[nodiscard]] Float4 eye(const Surface& s) const;
  [[nodiscard]] Float4 mouth(const Surface& s) const;
  [[nodiscard]] Float4 lit(Float4 normal, Float4 albedo, float gloss, float occlusion, Float4 wrap) const;

  Lighting lighting_;
  Layer layer_;
  const PersonTextures& textures_;
  Person person_;
  Float4 right_{};    ///< the layer's own right
  Float4 up_{};       ///< and up
  Float4 key_{};      ///< direction
  Float4 fill_{};     ///< direction
  Float4 halfway_{};  ///< between key light and viewer
};

}  // namespace ffbench::synthetic
