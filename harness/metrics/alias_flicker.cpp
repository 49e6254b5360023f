#include "harness/metrics/alias_flicker.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace ffbench::metrics {

Point alias_shift(int step) {
  return {static_cast<double>(step) / alias_steps, static_cast<double>(5 * step % alias_steps) / alias_steps};
}

std::vector<AliasFlicker> alias_flicker(std::span<const double> scales, int crop_size,
                                        const RenderShifted& render) {
  if (crop_size < 1) {
    fail("alias flicker: a crop of {} pixels a side cannot be rendered", crop_size);
  }
  const std::size_t values = static_cast<std::size_t>(crop_size) * static_cast<std::size_t>(crop_size) * 3;
  Image<float, 3> crop(crop_size, crop_size);
  std::vector<AliasFlicker> figures;
  for (const double scale : scales) {
    std::vector<double> sums(values, 0);
    double squares = 0;
    for (int step = 0; step < alias_steps; ++step) {
      render(scale, alias_shift(step), crop.view());
      for (std::size_t i = 0; i < values; ++i) {
        const double v = double{crop.data()[i]};
        sums[i] += v;
        squares += v * v;
      }
    }
    // steps^2 var = steps * sum of squares - square of the sum, summed over the pixels.
    double squared_sums = 0;
    for (const double sum : sums) {
      squared_sums += sum * sum;
    }
    const double spread = alias_steps * squares - squared_sums;
    const double variance =
        spread / (255.0 * 255.0 * alias_steps * alias_steps * static_cast<double>(values));
    figures.push_back({scale, 10.0 * std::log10(1.0 / (2.0 * std::max(variance, 0.0) + 1e-10))});
  }
  return figures;
}

}  // namespace ffbench::metrics
