#pragma once

#include <cmath>

#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Seam band".
struct SeamBand {
  float low = 0;
  float per_unit = 0;  ///< 1 / (high - low)
  float lift16 = 0;    ///< 0: no feathering
};

/// The blend weight of a mask value between pixels.
FFBENCH_DEVICE float weight_of(const SeamBand& band, float alpha) {
  const float t = multiply(subtract(alpha, band.low), band.per_unit);
  const float q = multiply(t, subtract(1.0F, t));
  const float inside = q > 0.0F ? q : 0.0F;
  return multiply(add(alpha, multiply(band.lift16, multiply(inside, inside))), 1.0F / 255.0F);
}

FFBENCH_DEVICE bool near_crop(SamplePoint at, int width, int height) {
  return at.x > -1.0F && at.x < static_cast<float>(width) && at.y > -1.0F &&
         at.y < static_cast<float>(height);
}

/// Where the four taps of a point near the crop lie: columns and rows kept inside, and which of them are outside.
struct ZeroTaps {
  int x0, x1, y0, y1;
  bool left, right, top, bottom;  ///< the tap lies inside
  float wx, wy;
};

FFBENCH_DEVICE ZeroTaps zero_taps(SamplePoint at, int width, int height) {
  const float left = floorf(at.x);
  const float top = floorf(at.y);
  const int x0 = static_cast<int>(left);
  const int y0 = static_cast<int>(top);
  ZeroTaps taps{};
  taps.left = x0 >= 0;
  taps.right = x0 + 1 < width;
  taps.top = y0 >= 0;
  taps.bottom = y0 + 1 < height;
  taps.x0 = taps.left ? x0 : 0;
  taps.x1 = taps.right ? x0 + 1 : width - 1;
  taps.y0 = taps.top ? y0 : 0;
  taps.y1 = taps.bottom ? y0 + 1 : height - 1;
  taps.wx = subtract(at.x, left);
  taps.wy = subtract(at.y, top);
  return taps;
}

/// The mask between pixels from its four taps, one byte each; 0 outside.
FFBENCH_DEVICE float mask_value(const ZeroTaps& taps, std::uint32_t top_left, std::uint32_t top_right,
                                std::uint32_t bottom_left, std::uint32_t bottom_right) {
  const std::uint32_t tl = taps.top && taps.left ? top_left : 0;
  const std::uint32_t tr = taps.top && taps.right ? top_right : 0;
  const std::uint32_t bl = taps.bottom && taps.left ? bottom_left : 0;
  const std::uint32_t br = taps.bottom && taps.right ? bottom_right : 0;
  return lerp(lerp_bytes(tl, 0, tr, 0, taps.wx), lerp_bytes(bl, 0, br, 0, taps.wx), taps.wy);
}

FFBENCH_DEVICE std::uint32_t blended(std::uint32_t background, const Colour& v, float weight) {
  return round_to_bytes(lerp(byte_to_float(background, 0), v.b, weight),
                        lerp(byte_to_float(background, 1), v.g, weight),
                        lerp(byte_to_float(background, 2), v.r, weight));
}

/// Crop and mask in images of their own.
struct PlanarSprite {
  Pixels crop;
  Pixels mask;
};

/// Crop and mask in one word a pixel, the mask in the top byte; rows without padding.
struct PackedSprite {
  const std::uint32_t* words;
  int width;
  int height;
};

FFBENCH_DEVICE int width_of(const PlanarSprite& sprite) {
  return sprite.crop.width;
}
FFBENCH_DEVICE int height_of(const PlanarSprite& sprite) {
  return sprite.crop.height;
}
FFBENCH_DEVICE int width_of(const PackedSprite& sprite) {
  return sprite.width;
}
FFBENCH_DEVICE int height_of(const PackedSprite& sprite) {
  return sprite.height;
}

/// NUMERICS.md, "Composite": the pixel over `background` at a point near the crop. With weight 0 the pixel stays to the bit.
FFBENCH_DEVICE std::uint32_t composite_at(const PlanarSprite& sprite, const SeamBand& band, SamplePoint at,
                                          std::uint32_t background) {
  const ZeroTaps taps = zero_taps(at, sprite.mask.width, sprite.mask.height);
  const std::uint8_t* top = sprite.mask.row(taps.y0);
  const std::uint8_t* bottom = sprite.mask.row(taps.y1);
  const float weight =
      weight_of(band, mask_value(taps, top[taps.x0], top[taps.x1], bottom[taps.x0], bottom[taps.x1]));
  if (weight == 0.0F) {
    return background;
  }
  return blended(background, sample_replicated(sprite.crop, at), weight);
}

/// What a pixel reads of a packed sprite: four words, those outside with mask 0, and the weights. Taps kept inside give the
/// replicated border: two equal taps have no slope.
struct PackedTaps {
  std::uint32_t tl, tr, bl, br;
  float wx, wy;
};

FFBENCH_DEVICE PackedTaps load_taps(const PackedSprite& sprite, SamplePoint at) {
  constexpr std::uint32_t colours = 0xffffffU;
  const ZeroTaps taps = zero_taps(at, sprite.width, sprite.height);
  const std::uint32_t* top = sprite.words + taps.y0 * sprite.width;
  const std::uint32_t* bottom = sprite.words + taps.y1 * sprite.width;
  PackedTaps result{top[taps.x0], top[taps.x1], bottom[taps.x0], bottom[taps.x1], taps.wx, taps.wy};
  if (!(taps.left && taps.right && taps.top && taps.bottom)) {
    result.tl = taps.top && taps.left ? result.tl : result.tl & colours;
    result.tr = taps.top && taps.right ? result.tr : result.tr & colours;
    result.bl = taps.bottom && taps.left ? result.bl : result.bl & colours;
    result.br = taps.bottom && taps.right ? result.br : result.br & colours;
  }
  return result;
}

FFBENCH_DEVICE float weight_at(const PackedTaps& t, const SeamBand& band) {
  return weight_of(band, lerp(lerp_bytes(t.tl, 3, t.tr, 3, t.wx), lerp_bytes(t.bl, 3, t.br, 3, t.wx), t.wy));
}

FFBENCH_DEVICE std::uint32_t composite_taps(const PackedTaps& t, float weight, std::uint32_t background) {
  const Colour v{lerp(lerp_bytes(t.tl, 0, t.tr, 0, t.wx), lerp_bytes(t.bl, 0, t.br, 0, t.wx), t.wy),
                 lerp(lerp_bytes(t.tl, 1, t.tr, 1, t.wx), lerp_bytes(t.bl, 1, t.br, 1, t.wx), t.wy),
                 lerp(lerp_bytes(t.tl, 2, t.tr, 2, t.wx), lerp_bytes(t.bl, 2, t.br, 2, t.wx), t.wy)};
  return blended(background, v, weight);
}

FFBENCH_DEVICE std::uint32_t composite_at(const PackedSprite& sprite, const SeamBand& band, SamplePoint at,
                                          std::uint32_t background) {
  const PackedTaps taps = load_taps(sprite, at);
  const float weight = weight_at(taps, band);
  return weight == 0.0F ? background : composite_taps(taps, weight, background);
}

}  // namespace ffbench::cuda
