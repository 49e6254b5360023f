#pragma once

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/numeric/mask_tiles.hpp"
#include "core/preset.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// NUMERICS.md, "Seam band".
struct SeamBand {
  float low = 0;
  float per_unit = 0;  ///< 1 / (high - low)
  float lift16 = 0;    ///< 16 times the largest lift; 0 switches the feathering off

  /// From the preset; no lift where `preset.seam` is off.
  explicit SeamBand(const Preset& preset);
};

/// The blend weight of a mask value 0 to 255, feathered.
float blend_weight(const SeamBand& band, float alpha);

/// NUMERICS.md, "Composite": pastes `crop` through `mask` into `region` of `frame`, in place,
/// without intermediate images. `crop` and `mask` have the same size, `region` lies inside the
/// frame, no views overlap. Pixels outside the region, and those where the mask is 0, stay.
void composite(ConstBgrView crop, ConstMaskView mask, const AffineF& frame_to_crop, const Region& region,
               const SeamBand& band, BgrView frame);

/// The same for those rows of the region that lie in `rows` (rows of the frame). `tiles` are up to
/// date with `mask`.
void composite_rows(ConstBgrView crop, ConstMaskView mask, const MaskTiles& tiles,
                    const AffineF& frame_to_crop, const Region& region, const SeamBand& band, BgrView frame,
                    RowRange rows);

}  // namespace ffbench::cpu
