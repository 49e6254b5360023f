#pragma once

#include <memory>
#include <optional>
#include <span>

#include "core/geometry.hpp"
#include "core/image.hpp"

namespace ffbench::metrics {

enum class FlowMethod {
  dis,        ///< OpenCV's dense inverse search, medium preset
  farneback,  ///< OpenCV's Farneback: 0.5, 3 levels, window 15, 3 iterations, 5, 1.2, no flags
};

/// Figures along optical flow for clips without truth: E_warp of the output with the flow of the
/// input, and tOF, the mean distance between the flow of the input and that of the output. Computed
/// on the rectangles given, grown by `flow_margin`, at full resolution.
class OpticalFlowFigures {
 public:
  /// Px of surroundings that the flow sees besides a rectangle
  static constexpr int flow_margin = 32;
  /// Px; rectangles grow to it, smaller frames give no figures
  static constexpr int smallest_side = 48;

  OpticalFlowFigures(int width, int height, FlowMethod method = FlowMethod::dis);
  ~OpticalFlowFigures();
  OpticalFlowFigures(OpticalFlowFigures&&) noexcept;
  OpticalFlowFigures& operator=(OpticalFlowFigures&&) noexcept;
  OpticalFlowFigures(const OpticalFlowFigures&) = delete;
  OpticalFlowFigures& operator=(const OpticalFlowFigures&) = delete;

  /// The next frame of both clips. `regions` are the rectangles from which the flow to the frame to
  /// come is followed.
  void add(ConstBgrView input, ConstBgrView output, std::span<const Region> regions);

  /// E_warp, 1e-3, over the pixels that the forward-backward check leaves; empty for none.
  [[nodiscard]] std::optional<double> warp_error() const;
  /// tOF, px; empty for none.
  [[nodiscard]] std::optional<double> flow_error() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// 255 where a pixel is not occluded. `v` is the flow on this grid, `u` that of the way back on the
/// other frame's grid, u_w its bilinear sample at x + v. Occluded: |u_w + v|^2 > 0.01 (|u_w|^2 +
/// |v|^2) + 0.5, or the sum of the squared derivatives of v (forward differences, 0 at the last
/// column and row) > 0.01 |v|^2 + 0.002, or x + v outside.
void visible_in_both(ConstFlowView v, ConstFlowView u, MaskView visible);

}  // namespace ffbench::metrics
