#pragma once

#include <array>

#include "core/geometry.hpp"
#include "core/image.hpp"

/// The calls of OpenCV in FaceFusion, on the project's own types.
namespace ffbench::baseline {

/// The frame's pixels where `frame_to_crop` puts the crop's, bilinear, border replicated.
void warp_to_crop(ConstBgrView frame, const Affine& frame_to_crop, BgrView crop);

/// The soft box of a square crop: ones, a zero border, a Gaussian blur. `padding` is top, right,
/// bottom, left in percent.
void make_box_mask(double blur, const std::array<int, 4>& padding, ImageView<float, 1> mask);

/// Where a crop of `crop_size` lands in a frame.
struct PasteArea {
  Region region;          ///< clipped to the frame
  Affine crop_to_region;  ///< the inverse transform, moved to the region's corner
};
PasteArea paste_area(int frame_width, int frame_height, int crop_size, const Affine& frame_to_crop);

/// The crop-sized mask seen from the region: bilinear, zero outside, not clipped yet.
void warp_mask(ImageView<const float, 1> crop_mask, const Affine& crop_to_region, ImageView<float, 1> out);

/// The crop seen from the region: bilinear, border replicated.
void warp_crop(ImageView<const double, 3> crop, const Affine& crop_to_region, ImageView<double, 3> out);
void warp_crop(ImageView<const float, 3> crop, const Affine& crop_to_region, ImageView<float, 3> out);

}  // namespace ffbench::baseline
