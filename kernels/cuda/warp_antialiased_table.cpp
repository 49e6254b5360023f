#include "kernels/cuda/warp_antialiased_table.hpp"

#include <algorithm>

namespace ffbench::cuda {
namespace {

/// Numbers in a row: all columns that are read, in whole 16 bytes.
int stride_of(int taps) {
  return (antialias_reach(taps) + 3) / 4 * 4;
}

}  // namespace

AntialiasTable::AntialiasTable() {
  for (int radius = antialias_smallest_radius; radius <= antialias_largest_radius; ++radius) {
    const AntialiasAxis axis = antialias_axis(radius);
    const int stride = stride_of(axis.taps);
    starts_.push_back(weights_.size());
    weights_.resize(weights_.size() + static_cast<std::size_t>(antialias_phases * stride));
    for (int phase = 0; phase < antialias_phases; ++phase) {
      std::ranges::transform(axis.of_phase(phase),
                             weights_.begin() + static_cast<std::ptrdiff_t>(starts_.back()) + phase * stride,
                             [](std::uint16_t weight) { return static_cast<float>(weight) / 65536.0F; });
    }
  }
}

AntialiasTaps AntialiasTable::axis(int radius, const float* copy) const {
  if (radius == 0) {
    return {};
  }
  const AntialiasAxis shape = antialias_axis_shape(radius);
  const auto narrow = [](int v) { return static_cast<std::int16_t>(v); };
  return {copy + starts_[static_cast<std::size_t>(radius - antialias_smallest_radius)],
          narrow(shape.taps),
          narrow(antialias_columns(shape.taps)),
          narrow(antialias_blocks(shape.taps)),
          narrow(stride_of(shape.taps)),
          shape.offset,
          shape.first};
}

const AntialiasTable& antialias_table() {
  static const AntialiasTable table;
  return table;
}

}  // namespace ffbench::cuda
