#pragma once

#include <functional>
#include <span>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"

namespace ffbench::metrics {

/// Three channels, 0 to 255, not rounded: the rounding of a crop to 8 bits alone would be about 56
/// dB.
using FloatBgrView = ImageView<float, 3>;

/// Renders the crop of a pattern that lies `shift` pixels off in the frame and is tracked
/// perfectly: an ideal warp gives the same crop for every shift. `scale` is the minification, frame
/// pixels per crop pixel.
using RenderShifted = std::function<void(double scale, Point shift, FloatBgrView crop)>;

struct AliasFlicker {
  double scale = 0;
  double db = 0;
};

/// Number of sub-pixel positions of the drift.
inline constexpr int alias_steps = 16;

/// Shift number `step`, 0 to alias_steps - 1: x = step / 16, y = (5 step mod 16) / 16, which visits
/// every sixteenth of a pixel in both directions.
Point alias_shift(int step);

/// 10 log10(1 / (2 var + 1e-10)) with var the variance of a pixel over the drift on the scale [0,
/// 1], averaged over the pixels and channels of the crop. One entry for every scale.
std::vector<AliasFlicker> alias_flicker(std::span<const double> scales, int crop_size,
                                        const RenderShifted& render);

}  // namespace ffbench::metrics
