#pragma once

#include <array>
#include <cstdint>

#include "core/image.hpp"
#include "core/refinement.hpp"

namespace ffbench::reference {

/// NUMERICS.md, "Landmark refinement": luma of a patch of patch_side x patch_side pixels, rows from the top.
std::array<std::uint8_t, patch_pixels> patch_luma(ConstBgrView patch);

/// What the network reads: luma less its mean, by its mean deviation.
std::array<std::int8_t, patch_pixels> normalised_patch(const std::array<std::uint8_t, patch_pixels>& luma);

/// Where the network sees the landmark, from the middle of a normalised patch.
PatchOffset refine_patch(const RefinementNetwork& network,
                         const std::array<std::int8_t, patch_pixels>& patch);

/// The whole operator: cuts the patch out of the frame (`patch_to_frame` of PatchMap) and refines it.
PatchOffset refine_landmark(ConstBgrView frame, const AffineF& patch_to_frame,
                            const RefinementNetwork& network);

}  // namespace ffbench::reference
