#include "harness/operators/generator.hpp"

#include <cmath>
#include <limits>

namespace ffbench::operators {
namespace {

AffineF affine(float xx, float xy, float xt, float yx, float yy, float yt) {
  AffineF m;
  m.xx = xx;
  m.xy = xy;
  m.xt = xt;
  m.yx = yx;
  m.yy = yy;
  m.yt = yt;
  return m;
}

}  // namespace

int Generator::size(int largest) {
  const auto& sizes = hostile_sizes();
  const int drawn = one_in(2)
                        ? sizes[static_cast<std::size_t>(integer(0, static_cast<int>(sizes.size()) - 1))]
                        : integer(1, largest);
  return drawn < largest ? drawn : largest;
}

AffineF about_middle(double cosine, double sine, double scale, int from_width, int from_height, int to_width,
                     int to_height) {
  const double a = cosine * scale;
  const double b = sine * scale;
  const double from_x = 0.5 * (from_width - 1);
  const double from_y = 0.5 * (from_height - 1);
  return AffineF(Affine(a, -b, 0.5 * (to_width - 1) - (a * from_x - b * from_y), b, a,
                        0.5 * (to_height - 1) - (b * from_x + a * from_y)));
}

AffineF Generator::map(int from_width, int from_height, int to_width, int to_height) {
  // A direction from a point in a square, so that no sine is needed.
  double x = real(-1, 1);
  double y = real(-1, 1);
  const double length = std::sqrt(x * x + y * y);
  x = length > 0 ? x / length : 1;
  y = length > 0 ? y / length : 0;
  const double fit = static_cast<double>(to_width) / from_width;
  const double scale =
      one_in(4) ? static_cast<double>(real(0.01F, 10.0F)) : fit * static_cast<double>(real(0.3F, 1.6F));
  AffineF m = about_middle(x, y, scale, from_width, from_height, to_width, to_height);
  m.xt += real(-0.3F, 0.3F) * static_cast<float>(to_width);
  m.yt += real(-0.3F, 0.3F) * static_cast<float>(to_height);
  switch (integer(0, 19)) {
    case 0:
      m.xx = -m.xx;
      break;
    case 1:
      m.yy = -m.yy;
      break;
    case 2:
      m.xy += 0.5F;
      break;
    case 3:
      m.xx = 0;
      m.yx = 0;
      break;
    case 4:
      m = affine(0, 0, real(-2, 60), 0, 0, real(-2, 60));
      break;
    case 5:
      // Steps so small that the coordinate stands still for many pixels.
      m.xx = 1e-7F * m.xx;
      m.yx = 1e-7F * m.yx;
      break;
    case 6:
      m.xx *= 1e30F;
      break;
    case 7:
      m.yt = std::numeric_limits<float>::quiet_NaN();
      break;
    case 8:
      m.xy = std::numeric_limits<float>::infinity();
      break;
    case 9:
      // Axis-parallel, with exact fractions: ties in the rounding.
      m = affine(0.5F, 0, 0.25F * static_cast<float>(integer(-8, 40)), 0, 0.5F,
                 0.25F * static_cast<float>(integer(-8, 40)));
      break;
    default:
      break;
  }
  return m;
}

std::vector<NamedMap> hostile_maps(int from_width, int from_height, int to_width, int to_height) {
  const auto middle = [&](double cosine, double sine, double scale) {
    return about_middle(cosine, sine, scale, from_width, from_height, to_width, to_height);
  };
  const auto w = static_cast<float>(to_width);
  const auto h = static_cast<float>(to_height);
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float huge = std::numeric_limits<float>::max();
  const float tiny = std::numeric_limits<float>::denorm_min();
  return {
      {"identity", affine(1, 0, 0, 0, 1, 0)},
      {"half-pixel", affine(1, 0, 0.5F, 0, 1, 0.5F)},
      {"before-first", affine(1, 0, -0.5F, 0, 1, -0.5F)},
      {"rotated-30", middle(0.8660254037844387, 0.5, 1)},
      {"rotated-90", middle(0, 1, 1)},
      {"rotated-180", middle(-1, 0, 1)},
      {"scale-10", middle(1, 0, 10)},
      {"scale-0.01", middle(0.8, 0.6, 0.01)},
      {"flip-x", affine(-1, 0, w - 1, 0, 1, 0)},
      {"flip-y", affine(1, 0, 0, 0, -1, h - 0.75F)},
      {"shear", affine(1, 0.7F, -3, 0.2F, 1, 2)},
      {"collapsed-row", affine(1, 0, 0, 0, 0, 1.5F)},
      {"collapsed-point", affine(0, 0, 2.5F, 0, 0, 1.25F)},
      {"outside-left", affine(1, 0, -3 * w - 500, 0, 1, 0)},
      {"outside-below", affine(1, 0, 0, 0, 1, 3 * h + 500)},
      {"touching-last", affine(1, 0, w - 1, 0, 1, h - 1)},
      {"one-beyond", affine(1, 0, 1 - w, 0, 1, 1 - h)},
      {"subnormal", affine(tiny, 0, 0, 0, tiny, 0)},
      {"overflow", affine(huge, huge, -huge, huge, -huge, huge)},
      {"infinite-step", affine(infinity, 0, 0, 0, 1, 0)},
      {"infinite-shift", affine(1, 0, -infinity, 0, 1, infinity)},
      {"not-a-number", affine(nan, 1, 1, 1, nan, 1)},
      {"far-away", affine(1, 0, 16777216.0F, 0, 1, -16777216.0F)},
  };
}

const std::vector<int>& hostile_sizes() {
  static const std::vector<int> sizes{1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129};
  return sizes;
}

}  // namespace ffbench::operators
