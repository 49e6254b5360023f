#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/numeric/refinement.hpp"

namespace ffbench::fhr {

inline constexpr int still_draws = 3;
inline constexpr int moved_draws = 3;

/// A patch.
struct Draw {
  float x = 0;  ///< from the patch's middle to the point, in patch pixels
  float y = 0;
  std::array<std::uint8_t, patch_pixels> luma{};
  std::array<std::uint8_t, 7> padding{};
};

/// What networks are trained and judged on: of one landmark in one view a reference - a little
/// larger than a patch, about a point near the landmark - and patches of the same point of the
/// face, each cut up to one patch pixel beside it. `still` are from the same picture under the same
/// similarity, what the Cramer-Rao bound supposes; `moved` from a second picture a few frames later
/// in life: moved, turned, lit and expressed a little differently, under a similarity of its own.
/// Pictures have no noise: training adds it.
struct Record {
  std::uint8_t kind = 0;
  std::uint8_t held_out = 0;
  std::uint16_t person = 0;
  float pixels_per_pixel = 0;  ///< frame pixels per patch pixel
  std::array<std::uint8_t, reference_pixels> reference{};
  std::array<std::uint8_t, 3> padding{};
  std::array<Draw, still_draws> still;
  std::array<Draw, moved_draws> moved;
};
static_assert(sizeof(Record) == 1052);

/// Every eighth person is held out, under lights of their own.
constexpr bool is_held_out(int person) {
  return person % 8 == 7;
}

/// The records of a person drawn at random, in `views` random poses, expressions, lights, exposures
/// and sizes. The same on every machine.
std::vector<Record> records_of_person(int person, int views);

}  // namespace ffbench::fhr
