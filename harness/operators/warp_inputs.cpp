#include "harness/operators/warp_inputs.hpp"

#include <cmath>

#include <fmt/core.h>
#include <opencv2/imgproc.hpp>

#include "harness/operators/opencv_view.hpp"

namespace ffbench::operators {

/// Every output pixel once, and as many frame pixels as the output covers, each once at most.
std::uint64_t WarpInputs::bytes_moved() const {
  const double area = std::abs(double{map.xx} * double{map.yy} - double{map.xy} * double{map.yx});
  const auto written = static_cast<double>(crop.pixel_bytes());
  const auto whole = static_cast<double>(frame.pixel_bytes());
  const double read = written * area < whole ? written * area : whole;
  return static_cast<std::uint64_t>(written + read);
}

std::string WarpInputs::describe() const {
  return fmt::format("frame {}x{}, crop {}x{}, map {} {} {}; {} {} {}", frame.width(), frame.height(),
                     crop.width(), crop.height(), map.xx, map.xy, map.xt, map.yx, map.yy, map.yt);
}

WarpInputs make_warp_inputs(int frame_width, int frame_height, int width, int height, const AffineF& map,
                            Content content, int padding, std::uint64_t seed) {
  return {Plane("frame", frame_width, frame_height, 3, padding, content, seed),
          Plane("crop", width, height, 3, padding == 0 ? 0 : padding + 3, Content::extremes, seed + 1), map};
}

void AddWarpCase::operator()(const std::string& what, int frame_width, int frame_height, int width,
                             int height, const AffineF& map, Content content, int padding,
                             bool benchmark) const {
  cases.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark, [=, seed = cases.size() + 1] {
                     return make_warp_inputs(frame_width, frame_height, width, height, map, content, padding,
                                             seed);
                   }});
}

WarpInputs random_warp_inputs(std::uint64_t seed) {
  Generator draw(seed);
  const int frame_width = draw.size(400);
  const int frame_height = draw.size(300);
  const int width = draw.size(200);
  const int height = draw.size(200);
  const AffineF map = draw.map(width, height, frame_width, frame_height);
  const Content content = draw.content();
  return make_warp_inputs(frame_width, frame_height, width, height, map, content, draw.padding(), seed);
}

void opencv_warp(WarpInputs& in) {
  cv::Mat crop = opencv_view(in.crop);
  const AffineF& m = in.map;
  const cv::Matx23f map(m.xx, m.xy, m.xt, m.yx, m.yy, m.yt);
  cv::warpAffine(opencv_view(in.frame), crop, map, crop.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
}

void store_pixel(BgrView crop, int x, int y, std::uint32_t pixel) {
  for (int c = 0; c < 3; ++c) {
    crop.pixel(x, y)[c] = static_cast<std::uint8_t>(pixel >> (8 * c));
  }
}

}  // namespace ffbench::operators
