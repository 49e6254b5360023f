#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/preset.hpp"
#include "harness/pipeline/subject.hpp"

namespace ffbench {

/// What a preset's smoother takes of the raw plan's jitter (NMF), beside smoothers that were tuned
/// on the truth. Shares of 1; empty where the fixture gives no figure.
struct SmoothingBoundFigures {
  std::string fixture;
  double raw_nmf = 0;
  std::optional<double> clip;          ///< of the preset with `whittaker`, the whole clip known
  std::optional<double> clip_tuned;    ///< of the tuned one
  std::optional<double> stream;        ///< of the preset with `rts`, five frames late
  std::optional<double> stream_tuned;  ///< of the tuned one
};

/// Penalised least squares over each number of the plan - centre x and y, log scale, roll - whose
/// order and penalty are those that leave the least jitter against the truth, tried on a grid for
/// this very fixture; over the whole clip, and over a window that ends five frames ahead. Its input
/// is whichever leaves less: the raw plan, that of the landmarks after feature `fhr`, and, for the
/// whole clip, what `smooth_clip` makes of every frame before it smooths over time. Throws `Error`
/// for subjects without truth.
SmoothingBoundFigures measure_smoothing_bound(const Subject& subject, const Preset& preset);

}  // namespace ffbench
