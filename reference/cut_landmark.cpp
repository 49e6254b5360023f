#include "reference/cut_landmark.hpp"

#include <algorithm>

#include "reference/warp_antialiased.hpp"

namespace ffbench::reference {

std::vector<std::uint8_t> smoothed_luma(ConstBgrView image) {
  const auto luma = [&](int x, int y) {
    const std::uint8_t* p = image.pixel(x, y);
    return (29 * p[0] + 150 * p[1] + 77 * p[2] + 128) >> 8;
  };
  const auto across = [&](int x, int y) { return luma(x - 1, y) + 2 * luma(x, y) + luma(x + 1, y); };
  std::vector<std::uint8_t> result;
  for (int y = 1; y + 1 < image.height; ++y) {
    for (int x = 1; x + 1 < image.width; ++x) {
      const int sum = across(x, y - 1) + 2 * across(x, y) + across(x, y + 1);
      result.push_back(static_cast<std::uint8_t>((sum + 8) >> 4));
    }
  }
  return result;
}

LandmarkView cut_landmark(ConstBgrView frame, const AffineF& view_to_frame) {
  BgrImage cut(view_cut_side, view_cut_side);
  warp_antialiased(frame, view_to_frame, cut.view());
  LandmarkView view{};
  std::ranges::copy(smoothed_luma(cut.view()), view.begin());
  return view;
}

}  // namespace ffbench::reference
