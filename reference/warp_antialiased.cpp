#include "reference/warp_antialiased.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "reference/bilinear.hpp"
#include "reference/warp.hpp"

namespace ffbench::reference {
namespace {

/// Where the taps of one axis begin, and their weights.
struct AxisTaps {
  int first;
  std::span<const std::uint16_t> weights;
};

AxisTaps axis_taps(const AntialiasAxis& axis, float coordinate, int size) {
  const float limited = clamp_ordered(coordinate, static_cast<float>(size - 1));
  const int position = static_cast<int>(std::floor(limited * 128.0F + 0.5F)) + axis.offset;
  return {position / antialias_phases - axis.first, axis.of_phase(position % antialias_phases)};
}

}  // namespace

int antialiased_value(ConstBgrView frame, const AffineF& crop_to_frame, const AntialiasKernel& kernel, int x,
                      int y, int c) {
  const SamplePoint at = sample_point(crop_to_frame, x, y);
  const AxisTaps across = axis_taps(kernel.x, at.x, frame.width);
  const AxisTaps down = axis_taps(kernel.y, at.y, frame.height);
  int value = kernel.x.taps / 2;
  for (int i = 0; i < kernel.x.taps; ++i) {
    const int column = std::clamp(across.first + i, 0, frame.width - 1);
    int sum = kernel.y.taps / 2;
    for (int j = 0; j < kernel.y.taps; ++j) {
      const int row = std::clamp(down.first + j, 0, frame.height - 1);
      sum += (frame.pixel(column, row)[c] * down.weights[static_cast<std::size_t>(j)]) >> 8;
    }
    value +=
        static_cast<int>((static_cast<unsigned>(sum) * across.weights[static_cast<std::size_t>(i)]) >> 16);
  }
  return value;
}

void warp_antialiased(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop) {
  const AntialiasKernel kernel = antialias_kernel(crop_to_frame);
  if (!kernel.minifies) {
    warp(frame, crop_to_frame, crop);
    return;
  }
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int value = antialiased_value(frame, crop_to_frame, kernel, x, y, c);
        crop.pixel(x, y)[c] = static_cast<std::uint8_t>((value + 128) >> 8);
      }
    }
  }
}

}  // namespace ffbench::reference
