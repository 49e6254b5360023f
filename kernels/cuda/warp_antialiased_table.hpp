#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cuda/warp_antialiased_pixel.hpp"

namespace ffbench::cuda {

/// The weights of every radius that an axis of the anti-aliased warp can have, laid out for
/// kernels. With all radii on the device, nothing has to be computed or copied when a face changes
/// its scale.
class AntialiasTable {
 public:
  AntialiasTable();

  [[nodiscard]] const std::vector<float>& weights() const { return weights_; }

  /// An axis of that radius with weights in `copy`, a copy of `weights()`. Radius 0: no taps.
  [[nodiscard]] AntialiasTaps axis(int radius, const float* copy) const;

 private:
  std::vector<float> weights_;
  std::vector<std::size_t> starts_;  ///< by radius, from the smallest
};

/// Computed on first use, once per process.
const AntialiasTable& antialias_table();

}  // namespace ffbench::cuda
