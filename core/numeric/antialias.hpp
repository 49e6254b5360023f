#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/geometry.hpp"

namespace ffbench {

/// Positions are rounded to this fraction of a frame pixel.
inline constexpr int antialias_phases = 128;
/// Most taps along an axis.
inline constexpr int antialias_longest = 32;

/// The weights of the anti-aliased warp along one axis (NUMERICS.md, "Anti-aliased warp"), made
/// once per map so that every backend starts from the same numbers. Weights are 16-bit fractions;
/// those of a phase sum to 65536.
struct AntialiasAxis {
  int radius = 0;  ///< of the kernel, in phases of a frame pixel
  int taps = 0;    ///< of every phase, 3 to antialias_longest
  int offset =
      /// Added to a position in phases: the quotient by the phases is the first tap plus `first`
      0;
  int first = 0;                       ///< subtracted from that quotient
  std::vector<std::uint16_t> weights;  ///< [phase][tap]

  [[nodiscard]] std::span<const std::uint16_t> of_phase(int phase) const {
    return {weights.data() + static_cast<std::ptrdiff_t>(phase) * taps, static_cast<std::size_t>(taps)};
  }
};

/// An axis of that radius, antialias_smallest_radius to antialias_largest_radius; its shape alone
/// is without weights.
AntialiasAxis antialias_axis(int radius);
AntialiasAxis antialias_axis_shape(int radius);

inline constexpr int antialias_smallest_radius = 160;
inline constexpr int antialias_largest_radius = 2048;

/// The radii of a map's kernels; 0 where the map does not minify.
struct AntialiasRadii {
  int across = 0;
  int down = 0;
  friend bool operator==(const AntialiasRadii&, const AntialiasRadii&) = default;
};
AntialiasRadii antialias_radii(const AffineF& crop_to_frame);

/// The weights of both axes, or, where the map does not minify, none.
struct AntialiasKernel {
  bool minifies = false;
  AntialiasAxis x;
  AntialiasAxis y;
};

/// Frame pixels per crop pixel along the frame's axes are the lengths of the map's rows; above 1
/// along either axis the map minifies. Any map is answered, not finite ones included.
AntialiasKernel antialias_kernel(const AffineF& crop_to_frame);

}  // namespace ffbench
