#pragma once

#include <array>
#include <cstdint>

#include "core/geometry.hpp"

namespace ffbench {

/// Side of the patch whose movement is looked for, the landmark in its middle.
inline constexpr int patch_side = 11;
inline constexpr int patch_pixels = patch_side * patch_side;
/// Side of what the patch is compared with: two pixels more all around, so that it can be moved by
/// up to one pixel.
inline constexpr int reference_side = patch_side + 4;
inline constexpr int reference_pixels = reference_side * reference_side;
/// Side of what is kept of every frame: enough to be moved in its turn, and averaged into a
/// reference.
inline constexpr int view_side = reference_side + 4;
inline constexpr int view_pixels = view_side * view_side;
/// Side of what is cut out of the frame: one pixel more all around, which the smoothing uses up.
inline constexpr int view_cut_side = view_side + 2;
/// The pixels of all these are those of a crop of this side (template of the face's similarity):
/// small enough for a patch to hold an eye, whatever the size of the face.
inline constexpr int patch_crop_size = 96;
/// Offsets are whole numbers of this fraction of a patch pixel, and at most one patch pixel either
/// way.
inline constexpr int offset_steps = 4096;
/// Images are read between their pixels at whole numbers of this fraction of a pixel.
inline constexpr int read_phases = 64;
/// A reference is in this fraction of a level, and within +-reference_limit.
inline constexpr int reference_steps = 16;
inline constexpr int reference_limit = 8191;
/// Iterations of a registration. Each begins at the offset that the previous one found.
inline constexpr int refinement_iterations = 2;

/// Luma about a landmark in one frame, rows from the top.
using LandmarkView = std::array<std::uint8_t, view_pixels>;
/// What the landmark looks like, in 1 / reference_steps of a level.
using LandmarkReference = std::array<std::int16_t, reference_pixels>;

/// Taps at -1, 0, 1, 2 for a phase, in 1/1024: of the value between pixels, and of its slope
/// (NUMERICS.md, "Landmark refinement").
struct ReadTaps {
  std::array<std::int32_t, 4> value{};
  std::array<std::int32_t, 4> slope{};
};

constexpr ReadTaps read_taps(int f) {
  const auto value = [](int a) { return (a + 256) >> 9; };
  const auto slope = [](int b) { return (b + 4) >> 3; };
  ReadTaps taps;
  taps.value[0] = value(-4096 * f + 128 * f * f - f * f * f);
  taps.value[2] = value(4096 * f + 256 * f * f - 3 * f * f * f);
  taps.value[3] = value(-64 * f * f + f * f * f);
  taps.value[1] = 1024 - taps.value[0] - taps.value[2] - taps.value[3];
  taps.slope[0] = slope(-4096 + 256 * f - 3 * f * f);
  taps.slope[2] = slope(4096 + 512 * f - 9 * f * f);
  taps.slope[3] = slope(-128 * f + 3 * f * f);
  taps.slope[1] = -taps.slope[0] - taps.slope[2] - taps.slope[3];
  return taps;
}

/// By phase.
inline constexpr std::array<ReadTaps, read_phases> read_tap_table = [] {
  std::array<ReadTaps, read_phases> table{};
  for (int f = 0; f < read_phases; ++f) {
    table[static_cast<std::size_t>(f)] = read_taps(f);
  }
  return table;
}();

/// An offset in phases, within what the margins allow.
constexpr std::int32_t phases_of(std::int32_t offset) {
  const std::int32_t phases = (offset + offset_steps / read_phases / 2) >> 6;
  constexpr std::int32_t most = read_phases - 1;
  return phases < -most ? -most : phases > most ? most : phases;
}
static_assert(offset_steps / read_phases == 1 << 6);

/// One network: three convolutions of integers (NUMERICS.md, "Landmark refinement").
struct RefinementNetwork {
  /// Per pixel: reference, difference, its evidence for x and for y
  static constexpr int inputs = 4;
  static constexpr int channels = 32;
  static constexpr int side1 = patch_side - 2;  ///< of the maps of the first layer
  static constexpr int side2 = side1 - 2;       ///< of the second; the third reads all of it
  static constexpr int pixels2 = side2 * side2;

  std::array<std::int8_t, std::size_t{channels} * 9 * inputs> weights1{};  ///< [out][3][3][in]
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

/// What the five landmarks are to the networks. Right eye and right corner of the mouth are the
/// left ones in the mirror.
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

/// The map from a square of patch pixels about a landmark to the frame, and of distances.
/// `crop_to_frame` is the inverse of the similarity fitted to the face for a crop of
/// `patch_crop_size`.
struct PatchMap {
  Affine map;

  PatchMap(const Similarity& crop_to_frame, Point landmark, bool mirrored, int side = view_cut_side) {
    const double flip = mirrored ? -1 : 1;
    const double half = (side - 1) / 2.0;
    map.xx = crop_to_frame.a * flip;
    map.yx = crop_to_frame.b * flip;
    map.xy = -crop_to_frame.b;
    map.yy = crop_to_frame.a;
    map.xt = landmark.x - (map.xx * half + map.xy * half);
    map.yt = landmark.y - (map.yx * half + map.yy * half);
  }

  /// A distance in patch pixels, in frame pixels.
  [[nodiscard]] Point to_frame(Point p) const {
    return {map.xx * p.x + map.xy * p.y, map.yx * p.x + map.yy * p.y};
  }
  [[nodiscard]] Point to_frame(PatchOffset offset) const {
    return to_frame(
        Point{static_cast<double>(offset.x) / offset_steps, static_cast<double>(offset.y) / offset_steps});
  }
};

}  // namespace ffbench
