#pragma once

#include "datasets/synthetic/head_shape.hpp"
#include "datasets/synthetic/texture.hpp"

namespace ffbench::synthetic {

/// The textures of a person. `size` is the number of texels along the face's texture, a power of
/// two.
struct PersonTextures {
  Texture face;
  Texture skin;  ///< of neck, ears, hands
  Texture hair;
  Texture cloth;

  PersonTextures(const HeadShape& shape, int size, int threads);
};

}  // namespace ffbench::synthetic
