#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cuda/antialias_pixel.hpp"

namespace ffbench::cuda {

/// The weights of every radius that an axis of the anti-aliased warp can have, laid out for kernels: faces change their scale
/// from frame to frame, and nothing has to be made or to travel for it.
class AntialiasTable {
 public:
  AntialiasTable();

  [[nodiscard]] const std::vector<float>& weights() const { return weights_; }

  /// An axis of that radius, whose weights lie in a copy of the table at `copy`. Radius 0: no taps.
  [[nodiscard]] AntialiasTaps axis(int radius, const float* copy) const;

 private:
  std::vector<float> weights_;
  std::vector<std::size_t> starts_;  ///< by radius, from the smallest
};

/// Made once in a process, where it is asked for.
const AntialiasTable& antialias_table();

}  // namespace ffbench::cuda
