#pragma once

#include <span>
#include <string_view>

#include "core/face_track.hpp"

namespace ffbench {

/// Where the five landmarks of an aligned face lie, in units of the crop's side.
struct WarpTemplate {
  std::string_view name;
  Landmarks5 points;

  /// The points in pixels of a crop of `crop_size` x `crop_size`.
  [[nodiscard]] Landmarks5 scaled(int crop_size) const;
};

/// FaceFusion's template sets.
std::span<const WarpTemplate> warp_templates();

/// The template of that name; throws `Error` that lists the legal names.
const WarpTemplate& warp_template(std::string_view name);

}  // namespace ffbench
