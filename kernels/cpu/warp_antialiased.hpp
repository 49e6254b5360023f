#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/numeric/antialias.hpp"
#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// The weights of one map as the vector code takes them. They depend on the map's scale alone and
/// are kept until another is asked for; the memory stays.
class AntialiasTables {
 public:
  /// Taps that share a block of lanes: 5 pixels of 3 channels, and one lane of weight 0.
  static constexpr int block_taps = 5;
  static constexpr int block_lanes = 16;
  struct alignas(32) Block {
    std::array<std::uint16_t, block_lanes> lane{};
  };

  /// Makes the tables of a map. Nothing is done where its radii are those of the last one.
  void prepare(const AffineF& crop_to_frame);

  /// False: the crop is the plain, bilinear one.
  [[nodiscard]] bool minifies() const { return kernel_.minifies; }
  [[nodiscard]] const AntialiasKernel& kernel() const { return kernel_; }

  /// Blocks that hold a row's taps.
  [[nodiscard]] int blocks() const { return blocks_; }
  /// Weights across of a phase, block after block. A further one of weights 0 makes the blocks even,
  /// for code that takes them in pairs.
  [[nodiscard]] const Block* across(int phase) const {
    return across_.data() + static_cast<std::ptrdiff_t>(phase) * (blocks_ + (blocks_ & 1));
  }
  /// Weights down: [phase][tap], all lanes the same.
  [[nodiscard]] const Block* down() const { return down_.data(); }

 private:
  AntialiasRadii radii_;
  AntialiasKernel kernel_;
  int blocks_ = 0;
  std::vector<Block> across_;
  std::vector<Block> down_;
};

/// NUMERICS.md, "Anti-aliased warp"; the same bytes as reference::warp_antialiased, limits as for
/// `warp`.
void warp_antialiased(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop);

/// The same for some rows of the crop alone. `tables` were prepared for the map.
void warp_antialiased_rows(ConstBgrView frame, const AffineF& crop_to_frame, const AntialiasTables& tables,
                           BgrView crop, RowRange rows);

}  // namespace ffbench::cpu
