#include "core/numeric/antialias.hpp"

#include <array>
#include <cmath>

#include "core/numeric/multiversion.hpp"

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

namespace {

/// The weights of an axis, tap by tap and all phases at once, so that they run in full lanes:
/// weights[tap * antialias_phases + phase].
FFBENCH_MULTIVERSION
void weights_by_tap(int radius, int taps, std::int32_t* weights) {
  constexpr int phases = antialias_phases;
  const double squared_radius = static_cast<double>(radius) * static_cast<double>(radius);
  alignas(64) std::array<double, std::size_t{antialias_longest} * phases> bump;  // each is written
  alignas(64) std::array<double, phases> sum{};
  for (int i = 0; i < taps; ++i) {
    double* bumps = bump.data() + i * phases;
    for (int phase = 0; phase < phases; ++phase) {
      // From the sample to tap i, in phases.
      const int distance = (i + 1) * phases - phase - radius;
      const double left = 1 - static_cast<double>(distance * distance) / squared_radius;
      const double cube = left * left * left;
      const double b = left > 0 ? cube : 0;
      bumps[phase] = b;
      sum[static_cast<std::size_t>(phase)] += b;
    }
  }
  alignas(64) std::array<std::int32_t, phases> rest;
  alignas(64) std::array<std::int32_t, phases> most;
  rest.fill(65536);
  most.fill(-1);
  for (int i = 0; i < taps; ++i) {
    for (int phase = 0; phase < phases; ++phase) {
      const auto p = static_cast<std::size_t>(phase);
      // Never negative, so that the conversion is the floor.
      const auto weight =
          static_cast<std::int32_t>(65536 * (bump[static_cast<std::size_t>(i) * phases + p] / sum[p]) + 0.5);
      weights[i * phases + phase] = weight;
      rest[p] -= weight;
      most[p] = weight > most[p] ? weight : most[p];
    }
  }
  // The first of the largest takes what is left.
  for (int i = 0; i < taps; ++i) {
    for (int phase = 0; phase < phases; ++phase) {
      const auto p = static_cast<std::size_t>(phase);
      const bool takes = weights[i * phases + phase] == most[p];
      weights[i * phases + phase] += takes ? rest[p] : 0;
      most[p] = takes ? -1 : most[p];
    }
  }
}

}  // namespace

AntialiasAxis antialias_axis(int radius) {
  AntialiasAxis axis = antialias_axis_shape(radius);
  alignas(64) std::array<std::int32_t, std::size_t{antialias_longest} * antialias_phases> by_tap;
  weights_by_tap(axis.radius, axis.taps, by_tap.data());
  axis.weights.resize(static_cast<std::size_t>(antialias_phases) * static_cast<std::size_t>(axis.taps));
  std::uint16_t* weight = axis.weights.data();
  for (int phase = 0; phase < antialias_phases; ++phase) {
    for (int i = 0; i < axis.taps; ++i, ++weight) {
      *weight = static_cast<std::uint16_t>(by_tap[static_cast<std::size_t>(i * antialias_phases + phase)]);
    }
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
    kernel.y = radii.down == radii.across ? kernel.x : antialias_axis(radii.down);
  }
  return kernel;
}

}  // namespace ffbench
