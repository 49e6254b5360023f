#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "core/preset.hpp"

namespace ffbench::cpu {

/// NUMERICS.md, "Box mask": one axis in 1/65536. `padding_low` and `padding_high` are percent of
/// `size` >= 1.
std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high);

/// NUMERICS.md, "Box mask": every pixel is written. One code for every target: almost all of the
/// mask is runs of one value.
void box_mask(double blur, const MaskPadding& padding, MaskView mask);

/// Keeps the last box mask, which depends on size and parameters alone.
class BoxMaskCache {
 public:
  /// The box mask of that size; valid until the next call with other arguments.
  const MaskImage& get(int width, int height, double blur, const MaskPadding& padding);

 private:
  MaskImage mask_;
  double blur_ = 0;
  MaskPadding padding_;
};

}  // namespace ffbench::cpu
