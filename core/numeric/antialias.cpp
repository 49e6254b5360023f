#include "core/numeric/antialias.hpp"

#include <array>
#include <cmath>

namespace ffbench {
namespace {

/// The kernel's radius in crop pixels. At 1.25 the kernel of scale 1 has the variance of bilinear
/// interpolation, and twice the scale takes five taps.
constexpr double radius_per_scale = 1.25;
/// Beyond this scale the kernel grows no further.
constexpr double largest_scale = antialias_longest / (2 * radius_per_scale);

/// Length of a row of the map.
double scale_of(float along, float across) {
  const double a = double{along};
  const double b = double{across};
  return std::sqrt(a * a + b * b);
}

int radius_of(double scale) {
  const double limited = scale > 1 ? (scale < largest_scale ? scale : largest_scale) : 1;
  return static_cast<int>(std::floor(radius_per_scale * limited * antialias_phases + 0.5));
}

}  // namespace

AntialiasAxis antialias_axis_shape(int radius) {
  AntialiasAxis axis;
  axis.radius = radius;
  axis.taps = (2 * axis.radius + antialias_phases - 1) / antialias_phases;
  axis.first = axis.radius / antialias_phases + 1;
  axis.offset = axis.first * antialias_phases - axis.radius + antialias_phases;
  return axis;
}

AntialiasAxis antialias_axis(int radius) {
  AntialiasAxis axis = antialias_axis_shape(radius);
  axis.weights.resize(static_cast<std::size_t>(antialias_phases) * static_cast<std::size_t>(axis.taps));
  const double squared_radius = static_cast<double>(axis.radius) * static_cast<double>(axis.radius);
  for (int phase = 0; phase < antialias_phases; ++phase) {
    std::array<double, antialias_longest> bump{};
    double sum = 0;
    for (int i = 0; i < axis.taps; ++i) {
      // From the sample to tap i, in phases.
      const int distance = (i + 1) * antialias_phases - phase - axis.radius;
      const double left = 1 - static_cast<double>(distance * distance) / squared_radius;
      const double b = left > 0 ? left * left * left : 0;
      bump[static_cast<std::size_t>(i)] = b;
      sum += b;
    }
    std::uint16_t* weights = axis.weights.data() + static_cast<std::ptrdiff_t>(phase) * axis.taps;
    int rest = 65536;
    int largest = 0;
    for (int i = 0; i < axis.taps; ++i) {
      const int weight =
          static_cast<int>(std::floor(65536 * (bump[static_cast<std::size_t>(i)] / sum) + 0.5));
      weights[i] = static_cast<std::uint16_t>(weight);
      rest -= weight;
      largest = weight > weights[largest] ? i : largest;
    }
    weights[largest] = static_cast<std::uint16_t>(weights[largest] + rest);
  }
  return axis;
}

AntialiasRadii antialias_radii(const AffineF& crop_to_frame) {
  const double across = scale_of(crop_to_frame.xx, crop_to_frame.xy);
  const double down = scale_of(crop_to_frame.yx, crop_to_frame.yy);
  if (across > 1 || down > 1) {
    return {radius_of(across), radius_of(down)};
  }
  return {};
}

AntialiasKernel antialias_kernel(const AffineF& crop_to_frame) {
  const AntialiasRadii radii = antialias_radii(crop_to_frame);
  AntialiasKernel kernel;
  kernel.minifies = radii.across > 0;
  if (kernel.minifies) {
    kernel.x = antialias_axis(radii.across);
    kernel.y = antialias_axis(radii.down);
  }
  return kernel;
}

}  // namespace ffbench
