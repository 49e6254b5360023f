#include "reference/facefusion_3_5_0/opencv_passes.hpp"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>

#include "core/error.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"

namespace ffbench {

std::string opencv_version() {
  return cv::getVersionString();
}

void set_opencv_threads(int threads) {
  if (threads < 1) {
    fail("{} OpenCV threads: at least 1 is needed", threads);
  }
  if (cv::getNumThreads() != threads) {
    cv::setNumThreads(threads);
  }
}

namespace baseline {
namespace {

/// A header on the view's pixels. cv::Mat has no const form; callers pass inputs to `InputArray`
/// parameters only.
template <typename T, int Channels>
cv::Mat as_mat(ImageView<T, Channels> view) {
  using Element = std::remove_const_t<T>;
  return {view.height, view.width, CV_MAKETYPE(cv::DataType<Element>::depth, Channels),
          const_cast<Element*>(view.data), static_cast<std::size_t>(view.stride_bytes)};
}

cv::Matx23d as_matrix(const Affine& m) {
  return {m.xx, m.xy, m.xt, m.yx, m.yy, m.yt};
}

template <typename T, int Channels>
void warp(ImageView<const T, Channels> from, const Affine& m, int interpolation, int border,
          ImageView<T, Channels> to) {
  cv::Mat out = as_mat(to);
  cv::warpAffine(as_mat(from), out, as_matrix(m), out.size(), interpolation, border);
}

/// The part of the crop's side that stays zero at one edge, as Python's slices take it.
int border_width(int size, int blur_area, int percent) {
  const int padded = static_cast<int>(static_cast<double>(size * percent) / 100);
  return std::min(size, std::max(blur_area, padded));
}

}  // namespace

void warp_to_crop(ConstBgrView frame, const Affine& frame_to_crop, BgrView crop) {
  // OpenCV has no area averaging in warpAffine and takes INTER_LINEAR for INTER_AREA.
  warp(frame, frame_to_crop, cv::INTER_AREA, cv::BORDER_REPLICATE, crop);
}

void make_box_mask(double blur, const std::array<int, 4>& padding, ImageView<float, 1> mask) {
  const int size = mask.width;
  const int blur_amount = static_cast<int>(size * 0.5 * blur);
  const int blur_area = std::max(blur_amount / 2, 1);
  cv::Mat box = as_mat(mask);
  box.setTo(1.0F);
  const auto clear = [&](int x, int y, int width, int height) {
    box(cv::Rect(x, y, width, height)).setTo(0.0F);
  };
  const int top = border_width(size, blur_area, padding[0]);
  const int right = border_width(size, blur_area, padding[1]);
  const int bottom = border_width(size, blur_area, padding[2]);
  const int left = border_width(size, blur_area, padding[3]);
  clear(0, 0, size, top);
  clear(0, size - bottom, size, bottom);
  clear(0, 0, left, size);
  clear(size - right, 0, right, size);
  if (blur_amount > 0) {
    cv::GaussianBlur(box, box, cv::Size(0, 0), blur_amount * 0.25);
  }
}

PasteArea paste_area(int frame_width, int frame_height, int crop_size, const Affine& frame_to_crop) {
  cv::Matx23d inverse;
  cv::invertAffineTransform(as_matrix(frame_to_crop), inverse);
  // FaceFusion hands whole-number corners to cv2.transform, which then returns whole numbers: the
  // corners are rounded to nearest (ties to even), and the floor and ceil that follow find nothing
  // left to do.
  const std::array<cv::Point2i, 4> corners{{{0, 0}, {crop_size, 0}, {crop_size, crop_size}, {0, crop_size}}};
  std::array<cv::Point2i, 4> moved;
  cv::transform(corners, moved, inverse);
  const auto [min_x, max_x] = std::minmax({moved[0].x, moved[1].x, moved[2].x, moved[3].x});
  const auto [min_y, max_y] = std::minmax({moved[0].y, moved[1].y, moved[2].y, moved[3].y});
  const int x0 = std::clamp(min_x, 0, frame_width);
  const int y0 = std::clamp(min_y, 0, frame_height);
  const int x1 = std::clamp(max_x, 0, frame_width);
  const int y1 = std::clamp(max_y, 0, frame_height);
  return {.region = {x0, y0, x1 - x0, y1 - y0},
          .crop_to_region = {inverse(0, 0), inverse(0, 1), inverse(0, 2) - x0, inverse(1, 0), inverse(1, 1),
                             inverse(1, 2) - y0}};
}

void warp_mask(ImageView<const float, 1> crop_mask, const Affine& crop_to_region, ImageView<float, 1> out) {
  warp(crop_mask, crop_to_region, cv::INTER_LINEAR, cv::BORDER_CONSTANT, out);
}

void warp_crop(ImageView<const double, 3> crop, const Affine& crop_to_region, ImageView<double, 3> out) {
  warp(crop, crop_to_region, cv::INTER_LINEAR, cv::BORDER_REPLICATE, out);
}

void warp_crop(ImageView<const float, 3> crop, const Affine& crop_to_region, ImageView<float, 3> out) {
  warp(crop, crop_to_region, cv::INTER_LINEAR, cv::BORDER_REPLICATE, out);
}

}  // namespace baseline
}  // namespace ffbench
