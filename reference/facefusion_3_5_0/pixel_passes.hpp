#pragma once

#include <array>

#include "core/image.hpp"

/// The passes over pixels that NumPy does in FaceFusion, one function for each of its array
/// expressions.
namespace ffbench::baseline {

/// Mean and standard deviation of the model's input, R, G, B.
struct Normalisation {
  std::array<double, 3> mean;
  std::array<double, 3> standard_deviation;
};

/// Pixel boost: copies the pixels (row + factor i, column + factor j) of the crop to (i, j) of the
/// tile, whose sides are the crop's divided by `factor`. Tiles are numbered row x factor + column.
void take_tile(ConstBgrView crop, int factor, int row, int column, BgrView tile);

/// The opposite of `take_tile`.
void place_tile(ImageView<const double, 3> tile, int factor, int row, int column, ImageView<double, 3> crop);
void place_tile(ImageView<const float, 3> tile, int factor, int row, int column, ImageView<float, 3> crop);

/// (value / 255 - mean) / deviation in binary64, rounded once to binary32; from interleaved BGR to
/// planes R, G, B.
void prepare_tile(ConstBgrView tile, const Normalisation& normalisation, float* planes);

/// clip(value * deviation + mean, 0, 1) * 255 in binary64, from planes R, G, B to interleaved BGR.
void normalise_tile(const float* planes, const Normalisation& normalisation, ImageView<double, 3> tile);
/// clip(value, 0, 1) * 255 in binary32, from planes R, G, B to interleaved BGR.
void normalise_tile(const float* planes, ImageView<float, 3> tile);

/// clip(value, 0, 1), in place.
void clip_mask(ImageView<float, 1> mask);

/// Writes frame (1 - mask) + crop mask, truncated to 8 bits. NumPy's promotion makes the first
/// product binary32 (8-bit times binary32), the second and the sum as wide as the crop. All views
/// have the same size.
void blend(ConstBgrView frame, ImageView<const float, 1> mask, ImageView<const double, 3> crop, BgrView out);
void blend(ConstBgrView frame, ImageView<const float, 1> mask, ImageView<const float, 3> crop, BgrView out);

}  // namespace ffbench::baseline
