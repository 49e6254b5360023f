#include "reference/facefusion_3_5_0/pixel_passes.hpp"

#include <cstddef>
#include <cstdint>

#include "core/numeric/multiversion.hpp"

namespace ffbench::baseline {
namespace {

template <typename Real>
inline Real clip01(Real v) {
  v = v < Real{0} ? Real{0} : v;
  return v > Real{1} ? Real{1} : v;
}

template <typename Real>
void place(ImageView<const Real, 3> tile, int factor, int row, int column, ImageView<Real, 3> crop) {
  for (int i = 0; i < tile.height; ++i) {
    const Real* from = tile.row(i);
    Real* to = crop.pixel(column, row + factor * i);
    for (int j = 0; j < tile.width; ++j) {
      for (int c = 0; c < 3; ++c) {
        to[c] = from[c];
      }
      from += 3;
      to += std::ptrdiff_t{3} * factor;
    }
  }
}

// A row at a time and one channel after another, so that the divisions run in full lanes.
FFBENCH_MULTIVERSION
void prepare_row(const std::uint8_t* bgr, int width, int channel, double mean, double deviation,
                 float* plane) {
  for (int x = 0; x < width; ++x) {
    plane[x] = static_cast<float>((bgr[3 * x + channel] / 255.0 - mean) / deviation);
  }
}

FFBENCH_MULTIVERSION
void normalise_row(const float* red, const float* green, const float* blue, const Normalisation& n, int width,
                   double* bgr) {
  for (int x = 0; x < width; ++x) {
    bgr[3 * x] = clip01(double{blue[x]} * n.standard_deviation[2] + n.mean[2]) * 255.0;
    bgr[3 * x + 1] = clip01(double{green[x]} * n.standard_deviation[1] + n.mean[1]) * 255.0;
    bgr[3 * x + 2] = clip01(double{red[x]} * n.standard_deviation[0] + n.mean[0]) * 255.0;
  }
}

FFBENCH_MULTIVERSION
void normalise_row32(const float* red, const float* green, const float* blue, int width, float* bgr) {
  for (int x = 0; x < width; ++x) {
    bgr[3 * x] = clip01(blue[x]) * 255.0F;
    bgr[3 * x + 1] = clip01(green[x]) * 255.0F;
    bgr[3 * x + 2] = clip01(red[x]) * 255.0F;
  }
}

FFBENCH_MULTIVERSION
void clip_row(float* mask, int width) {
  for (int x = 0; x < width; ++x) {
    mask[x] = clip01(mask[x]);
  }
}

FFBENCH_MULTIVERSION
void blend_row(const std::uint8_t* frame, const float* mask, const double* crop, int width,
               std::uint8_t* out) {
  for (int x = 0; x < width; ++x) {
    const float m = mask[x];
    const float keep = 1.0F - m;
    for (int c = 0; c < 3; ++c) {
      const double kept{static_cast<float>(frame[3 * x + c]) * keep};
      out[3 * x + c] = static_cast<std::uint8_t>(static_cast<int>(kept + crop[3 * x + c] * double{m}));
    }
  }
}

FFBENCH_MULTIVERSION
void blend_row32(const std::uint8_t* frame, const float* mask, const float* crop, int width,
                 std::uint8_t* out) {
  for (int x = 0; x < width; ++x) {
    const float m = mask[x];
    const float keep = 1.0F - m;
    for (int c = 0; c < 3; ++c) {
      const float kept = static_cast<float>(frame[3 * x + c]) * keep;
      out[3 * x + c] = static_cast<std::uint8_t>(static_cast<int>(kept + crop[3 * x + c] * m));
    }
  }
}

}  // namespace

void take_tile(ConstBgrView crop, int factor, int row, int column, BgrView tile) {
  for (int i = 0; i < tile.height; ++i) {
    const std::uint8_t* from = crop.pixel(column, row + factor * i);
    std::uint8_t* to = tile.row(i);
    for (int j = 0; j < tile.width; ++j) {
      for (int c = 0; c < 3; ++c) {
        to[c] = from[c];
      }
      from += std::ptrdiff_t{3} * factor;
      to += 3;
    }
  }
}

void place_tile(ImageView<const double, 3> tile, int factor, int row, int column, ImageView<double, 3> crop) {
  place(tile, factor, row, column, crop);
}

void place_tile(ImageView<const float, 3> tile, int factor, int row, int column, ImageView<float, 3> crop) {
  place(tile, factor, row, column, crop);
}

void prepare_tile(ConstBgrView tile, const Normalisation& normalisation, float* planes) {
  const std::ptrdiff_t plane = std::ptrdiff_t{tile.width} * tile.height;
  for (int y = 0; y < tile.height; ++y) {
    for (int rgb = 0; rgb < 3; ++rgb) {
      const auto k = static_cast<std::size_t>(rgb);
      prepare_row(tile.row(y), tile.width, 2 - rgb, normalisation.mean[k],
                  normalisation.standard_deviation[k], planes + rgb * plane + std::ptrdiff_t{y} * tile.width);
    }
  }
}

void normalise_tile(const float* planes, const Normalisation& normalisation, ImageView<double, 3> tile) {
  const std::ptrdiff_t plane = std::ptrdiff_t{tile.width} * tile.height;
  for (int y = 0; y < tile.height; ++y) {
    const float* red = planes + std::ptrdiff_t{y} * tile.width;
    normalise_row(red, red + plane, red + 2 * plane, normalisation, tile.width, tile.row(y));
  }
}

void normalise_tile(const float* planes, ImageView<float, 3> tile) {
  const std::ptrdiff_t plane = std::ptrdiff_t{tile.width} * tile.height;
  for (int y = 0; y < tile.height; ++y) {
    const float* red = planes + std::ptrdiff_t{y} * tile.width;
    normalise_row32(red, red + plane, red + 2 * plane, tile.width, tile.row(y));
  }
}

void clip_mask(ImageView<float, 1> mask) {
  for (int y = 0; y < mask.height; ++y) {
    clip_row(mask.row(y), mask.width);
  }
}

void blend(ConstBgrView frame, ImageView<const float, 1> mask, ImageView<const double, 3> crop, BgrView out) {
  for (int y = 0; y < frame.height; ++y) {
    blend_row(frame.row(y), mask.row(y), crop.row(y), frame.width, out.row(y));
  }
}

void blend(ConstBgrView frame, ImageView<const float, 1> mask, ImageView<const float, 3> crop, BgrView out) {
  for (int y = 0; y < frame.height; ++y) {
    blend_row32(frame.row(y), mask.row(y), crop.row(y), frame.width, out.row(y));
  }
}

}  // namespace ffbench::baseline
