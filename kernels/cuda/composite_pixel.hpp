#pragma once

#include "kernels/cuda/pixels.hpp"

namespace ffbench::cuda {

/// NUMERICS.md, "Seam band".
struct SeamBand {
  float low = 0;
  float per_unit = 0;  ///< 1 / (high - low)
  float lift16 = 0;    ///< 0: no feathering
};

/// The same for mask values in units. The limits are scaled instead of the value, so that every
/// rounding is the contract's.
struct ScaledBand {
  float low, per_unit, lift16;
  bool clear_stays;      ///< mask 0 has weight 0
  bool opaque_replaces;  ///< mask 255 has weight 1
};

/// The blend weight of a mask value between pixels.
FFBENCH_DEVICE float weight_of(const ScaledBand& band, float alpha) {
  const float t = multiply(subtract(alpha, band.low), band.per_unit);
  const float q = multiply(t, subtract(1.0F, t));
  const float inside = q > 0.0F ? q : 0.0F;
  return multiply(add(alpha, multiply(band.lift16, multiply(inside, inside))), (1.0F / 255.0F) / unit);
}

inline ScaledBand scaled(const SeamBand& band) {
  ScaledBand result{band.low * unit, band.per_unit / unit, band.lift16 * unit, false, false};
  result.clear_stays = weight_of(result, 0.0F) == 0.0F;
  result.opaque_replaces = weight_of(result, 255.0F * unit) == 1.0F;
  return result;
}

FFBENCH_DEVICE bool near_crop(SamplePoint at, int width, int height) {
  return at.x > -1.0F && at.x < static_cast<float>(width) && at.y > -1.0F &&
         at.y < static_cast<float>(height);
}

/// lerp from a raw byte to a value in units.
FFBENCH_DEVICE float blend_raw(float background, float value, float weight) {
  const float difference = fused(background, -raise, value);
  return fused(background, raise, multiply(difference, weight));
}

/// The same with weight 1, without the multiplication.
FFBENCH_DEVICE float replace_raw(float background, float value) {
  return fused(background, raise, fused(background, -raise, value));
}

FFBENCH_DEVICE std::uint32_t blended(std::uint32_t background, const Colour& v, float weight) {
  return round_to_bytes(blend_raw(raw_byte(background, 0), v.b, weight),
                        blend_raw(raw_byte(background, 1), v.g, weight),
                        blend_raw(raw_byte(background, 2), v.r, weight));
}

FFBENCH_DEVICE std::uint32_t replaced(std::uint32_t background, const Colour& v) {
  return round_to_bytes(replace_raw(raw_byte(background, 0), v.b), replace_raw(raw_byte(background, 1), v.g),
                        replace_raw(raw_byte(background, 2), v.r));
}

/// Crop and mask packed in one word a pixel, with the mask in the top byte, and with a border of
/// one pixel: the colour of the nearest pixel, mask 0. So every point near the crop has four taps,
/// and neither the replicated border of the colours nor the zero border of the mask is a special
/// case: two equal taps have no slope.
struct PackedCrop {
  const std::uint32_t* words;  ///< pixel (0, 0); rows are `packed_pitch` words apart
  int width;
  int height;
};

/// Columns left of pixel (0, 0) of a packed crop: the border, and padding that aligns rows to 16
/// bytes.
inline constexpr int packed_margin = 4;
FFBENCH_DEVICE constexpr int packed_pitch(int width) {
  return (packed_margin + width + 1 + 3) / 4 * 4;
}
/// Words of a packed crop, and the index of pixel (0, 0) among them.
constexpr std::size_t packed_words(int width, int height) {
  return static_cast<std::size_t>(packed_pitch(width)) * static_cast<std::size_t>(height + 2);
}
constexpr std::size_t packed_origin(int width) {
  return static_cast<std::size_t>(packed_pitch(width)) + packed_margin;
}

/// Crop (BGR) and mask that the composite packs itself. Both have no padding, are aligned to 4
/// bytes, and have a width that is a multiple of 4.
struct UnpackedCrop {
  const std::uint8_t* pixels;
  const std::uint8_t* mask;
  const std::uint8_t* tables;  ///< of the gains: 3 x 256, aligned to 16 bytes; null: no gains
  int width;
  int height;
};

/// The four words of a packed crop that a pixel reads.
struct PackedTaps {
  std::uint32_t tl, tr, bl, br;
};

/// The weights between taps as in the contract, that across times `raise`.
struct FreeWeights {
  float across = 0;
  float down = 0;

  FreeWeights() = default;
  FFBENCH_DEVICE FreeWeights(SamplePoint at, Floor x, Floor y)
      : across(fraction(at.x, x, raise)), down(fraction(at.y, y)) {}

  template <int Channel>
  FFBENCH_DEVICE float value(const PackedTaps& t) const {
    return lerp(lerp_raw(raw_byte(t.tl, Channel), raw_byte(t.tr, Channel), across),
                lerp_raw(raw_byte(t.bl, Channel), raw_byte(t.br, Channel), across), down);
  }
  FFBENCH_DEVICE Colour colour(const PackedTaps& t) const { return {value<0>(t), value<1>(t), value<2>(t)}; }
  FFBENCH_DEVICE float mask(const PackedTaps& t) const { return value<3>(t); }
  FFBENCH_DEVICE bool usable() const { return true; }
};

/// The weights with steps across, for x of at least `steps_from`.
struct StepWeights {
  std::uint32_t steps = 0;
  std::uint32_t across = 0;
  float down = 0;  ///< times `raise_steps`

  StepWeights() = default;
  FFBENCH_DEVICE StepWeights(SamplePoint at, Floor x, Floor y)
      : steps(steps_of(at.x, x)), across(step_weights(steps)), down(fraction(at.y, y, raise_steps)) {}

  FFBENCH_DEVICE Colour colour(const PackedTaps& t) const {
    const std::uint32_t top = choose_bytes(t.tl, t.tr, 0x5140);
    const std::uint32_t bottom = choose_bytes(t.bl, t.br, 0x5140);
    return {lerp_of_steps(lerp_steps_low(top, across), lerp_steps_low(bottom, across), down),
            lerp_of_steps(lerp_steps_high(top, across), lerp_steps_high(bottom, across), down),
            lerp_of_steps(lerp_steps_low(choose_bytes(t.tl, t.tr, 0x7362), across),
                          lerp_steps_low(choose_bytes(t.bl, t.br, 0x7362), across), down)};
  }
  FFBENCH_DEVICE float mask(const PackedTaps& t) const {
    return lerp_of_steps(lerp_steps_high(choose_bytes(t.tl, t.tr, 0x7362), across),
                         lerp_steps_high(choose_bytes(t.bl, t.br, 0x7362), across), down);
  }
  /// False where k is 0.
  FFBENCH_DEVICE bool usable() const { return steps != 0; }
};

/// The address of the first tap of a point near the crop, and all four taps. `pitch` is that of the
/// crop.
FFBENCH_DEVICE const std::uint32_t* first_tap(const PackedCrop& crop, int pitch, Floor x, Floor y) {
  const auto row = static_cast<std::uint32_t>(pitch);
  const std::uint32_t index = bits_of(y.biased) * row + (bits_of(x.biased) - floor_bias * (row + 1));
  return crop.words + static_cast<std::int32_t>(index);
}
FFBENCH_DEVICE PackedTaps load_taps(const std::uint32_t* top, int pitch) {
  const std::uint32_t* bottom = top + pitch;
  return {top[0], top[1], bottom[0], bottom[1]};
}
FFBENCH_DEVICE PackedTaps load_taps(const PackedCrop& crop, int pitch, Floor x, Floor y) {
  return load_taps(first_tap(crop, pitch, x, y), pitch);
}

/// NUMERICS.md, "Composite", of a packed crop.
FFBENCH_DEVICE std::uint32_t composite_at(const PackedCrop& crop, const ScaledBand& band, SamplePoint at,
                                          std::uint32_t background) {
  const Floor x = floor_of(at.x);
  const Floor y = floor_of(at.y);
  const PackedTaps taps = load_taps(crop, packed_pitch(crop.width), x, y);
  const StepWeights steps(at, x, y);
  if (at.x >= steps_from && steps.usable()) {
    return blended(background, steps.colour(taps), weight_of(band, steps.mask(taps)));
  }
  const FreeWeights weights(at, x, y);
  return blended(background, weights.colour(taps), weight_of(band, weights.mask(taps)));
}

}  // namespace ffbench::cuda
