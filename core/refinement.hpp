#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/face_track.hpp"
#include "core/geometry.hpp"

namespace ffbench {

/// Side of the square of pixels that the refinement network sees, the landmark in its middle.
inline constexpr int patch_side = 11;
inline constexpr int patch_pixels = patch_side * patch_side;
/// The patch's pixels are those of a crop of this side (template of the face's similarity): small enough for a patch to hold an
/// eye, whatever the size of the face.
inline constexpr int patch_crop_size = 96;
/// Offsets are whole numbers of this fraction of a patch pixel, and at most one patch pixel either way.
inline constexpr int offset_steps = 4096;

/// One network: three convolutions of integers (NUMERICS.md, "Landmark refinement").
struct RefinementNetwork {
  static constexpr int channels = 32;
  static constexpr int side1 = patch_side - 2;  ///< of the maps of the first layer
  static constexpr int side2 = side1 - 2;       ///< of the second; the third reads all of it
  static constexpr int pixels2 = side2 * side2;

  std::array<std::int8_t, std::size_t{channels} * 9> weights1{};  ///< [out][3][3]
  std::array<std::int32_t, channels> bias1{};
  std::array<std::int32_t, channels> shift1{};
  std::array<std::int8_t, std::size_t{channels} * 9 * channels> weights2{};  ///< [out][3][3][in]
  std::array<std::int32_t, channels> bias2{};
  std::array<std::int32_t, channels> shift2{};
  std::array<std::int8_t, std::size_t{2} * pixels2 * channels> weights3{};  ///< [x, y][7][7][in]
  std::array<std::int32_t, 2> bias3{};
  std::array<std::int32_t, 2> shift3{};
  friend bool operator==(const RefinementNetwork&, const RefinementNetwork&) = default;
};

/// What the five landmarks are to the networks. Right eye and right corner of the mouth are the left ones in the mirror.
enum class LandmarkKind { eye, nose, mouth };
inline constexpr int landmark_kinds = 3;
struct LandmarkRole {
  LandmarkKind kind;
  bool mirrored;
};
inline constexpr std::array<LandmarkRole, 5> landmark_roles{{{LandmarkKind::eye, false},
                                                             {LandmarkKind::eye, true},
                                                             {LandmarkKind::nose, false},
                                                             {LandmarkKind::mouth, false},
                                                             {LandmarkKind::mouth, true}}};

/// The networks by kind.
using RefinementNetworks = std::array<RefinementNetwork, landmark_kinds>;

/// An offset of a landmark in 1 / offset_steps of a patch pixel, along the patch's axes.
struct PatchOffset {
  std::int32_t x = 0;
  std::int32_t y = 0;
  friend bool operator==(const PatchOffset&, const PatchOffset&) = default;
};

/// The map from patch to frame for a landmark, and back for offsets. `crop_to_frame` is the inverse of the similarity fitted
/// to the face for a crop of `patch_crop_size`.
struct PatchMap {
  Affine map;  ///< pixel (5, 5) is the landmark

  PatchMap(const Similarity& crop_to_frame, Point landmark, bool mirrored) {
    const double flip = mirrored ? -1 : 1;
    const double half = patch_side / 2;
    map.xx = crop_to_frame.a * flip;
    map.yx = crop_to_frame.b * flip;
    map.xy = -crop_to_frame.b;
    map.yy = crop_to_frame.a;
    map.xt = landmark.x - (map.xx * half + map.xy * half);
    map.yt = landmark.y - (map.yx * half + map.yy * half);
  }

  /// The offset in frame pixels.
  [[nodiscard]] Point to_frame(PatchOffset offset) const {
    const double x = static_cast<double>(offset.x) / offset_steps;
    const double y = static_cast<double>(offset.y) / offset_steps;
    return {map.xx * x + map.xy * y, map.yx * x + map.yy * y};
  }
};

}  // namespace ffbench
