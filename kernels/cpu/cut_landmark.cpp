#include "kernels/cpu/cut_landmark.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ffbench::cpu {

LandmarkView cut_landmark(ConstBgrView frame, const AffineF& view_to_frame, AntialiasTables& tables) {
  std::array<std::uint8_t, std::size_t{3} * view_cut_side * view_cut_side> pixels{};
  const BgrView cut{pixels.data(), view_cut_side, view_cut_side, 3 * view_cut_side};
  tables.prepare(view_to_frame);
  warp_antialiased_rows(frame, view_to_frame, tables, cut, {0, view_cut_side});
  std::int32_t luma[view_cut_side][view_cut_side];
  for (int y = 0; y < view_cut_side; ++y) {
    const std::uint8_t* p = cut.pixel(0, y);
    for (int x = 0; x < view_cut_side; ++x, p += 3) {
      luma[y][x] = (29 * p[0] + 150 * p[1] + 77 * p[2] + 128) >> 8;
    }
  }
  LandmarkView view{};
  for (int y = 0; y < view_side; ++y) {
    std::int32_t column[view_cut_side];
    for (int x = 0; x < view_cut_side; ++x) {
      column[x] = luma[y][x] + 2 * luma[y + 1][x] + luma[y + 2][x];
    }
    for (int x = 0; x < view_side; ++x) {
      const int at = y * view_side + x;
      view[static_cast<std::size_t>(at)] =
          static_cast<std::uint8_t>((column[x] + 2 * column[x + 1] + column[x + 2] + 8) >> 4);
    }
  }
  return view;
}

}  // namespace ffbench::cpu
