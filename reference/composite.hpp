#pragma once

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/preset.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Seam band": lifts mask values between two limits; identity outside, continuous and
/// monotone.
struct SeamBand {
  float low = 0;
  float per_unit = 0;  ///< 1 / (high - low)
  float lift16 = 0;    ///< 16 times the largest lift; 0 switches the feathering off

  /// From the preset; no lift where `preset.seam` is off.
  explicit SeamBand(const Preset& preset);
};

/// A mask value 0 to 255 after feathering.
float feather(const SeamBand& band, float alpha);

/// NUMERICS.md, "Composite": pastes `crop` through `mask` into `region` of `frame`, in place.
/// `crop` and `mask` have the same size, `region` lies inside the frame. Pixels outside the region,
/// and those where the mask is 0, stay.
void composite(ConstBgrView crop, ConstMaskView mask, const AffineF& frame_to_crop, const Region& region,
               const SeamBand& band, BgrView frame);

}  // namespace ffbench::reference
