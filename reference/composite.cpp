#include "reference/composite.hpp"

#include <cmath>

#include "reference/bilinear.hpp"

namespace ffbench::reference {
namespace {

/// The mask's value between pixels; what lies outside the mask is 0.
float sample_mask(ConstMaskView mask, SamplePoint at) {
  const float left = std::floor(at.x);
  const float top = std::floor(at.y);
  const int x0 = static_cast<int>(left);
  const int y0 = static_cast<int>(top);
  const auto tap = [&](int x, int y) -> float {
    const bool inside = x >= 0 && x < mask.width && y >= 0 && y < mask.height;
    return inside ? mask.row(y)[x] : 0.0F;
  };
  return bilinear(tap(x0, y0), tap(x0 + 1, y0), tap(x0, y0 + 1), tap(x0 + 1, y0 + 1), at.x - left,
                  at.y - top);
}

bool near_crop(SamplePoint at, int width, int height) {
  return at.x > -1.0F && at.x < static_cast<float>(width) && at.y > -1.0F &&
         at.y < static_cast<float>(height);
}

}  // namespace

SeamBand::SeamBand(const Preset& preset)
    : low(static_cast<float>(preset.seam_low)),
      per_unit(static_cast<float>(1 / (preset.seam_high - preset.seam_low))),
      lift16(preset.seam ? static_cast<float>(16 * preset.seam_lift) : 0.0F) {}

float feather(const SeamBand& band, float alpha) {
  const float t = (alpha - band.low) * band.per_unit;
  const float q = t * (1.0F - t);
  const float inside = q > 0.0F ? q : 0.0F;
  return alpha + band.lift16 * (inside * inside);
}

void composite(ConstBgrView crop, ConstMaskView mask, const AffineF& frame_to_crop, const Region& region,
               const SeamBand& band, BgrView frame) {
  for (int y = region.y; y < region.y + region.height; ++y) {
    for (int x = region.x; x < region.x + region.width; ++x) {
      const SamplePoint at = sample_point(frame_to_crop, x, y);
      if (!near_crop(at, crop.width, crop.height)) {
        continue;
      }
      const float weight = feather(band, sample_mask(mask, at)) * (1.0F / 255.0F);
      const ReplicateTaps taps = replicate_taps(at, crop.width, crop.height);
      std::uint8_t* pixel = frame.pixel(x, y);
      for (int c = 0; c < 3; ++c) {
        pixel[c] = round_to_byte(lerp(pixel[c], bilinear(crop, taps, c), weight));
      }
    }
  }
}

}  // namespace ffbench::reference
