#pragma once

#include <array>
#include <cstdint>

#include "core/numeric/refinement.hpp"

namespace ffbench::reference {

/// What the network reads of a patch against the reference where `offset` says, and the step of
/// least squares.
struct Registration {
  PatchOffset from;  ///< the offset as rounded: step and network answer from there
  PatchOffset step;
  /// [y][x][in]
  std::array<std::int8_t, std::size_t{patch_pixels} * RefinementNetwork::inputs> input{};
};
Registration registration(const LandmarkView& view, const LandmarkReference& reference, PatchOffset offset);

/// The network's own answer.
PatchOffset network_answer(
    const RefinementNetwork& network,
    const std::array<std::int8_t, std::size_t{patch_pixels} * RefinementNetwork::inputs>& input);

/// Operator `refine-landmark`: where the middle of the reference is in the view, from the view's
/// own middle.
PatchOffset refine_landmark(const LandmarkView& view, const LandmarkReference& reference,
                            const RefinementNetwork& network);

}  // namespace ffbench::reference
