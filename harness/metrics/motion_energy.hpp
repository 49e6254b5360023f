#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"

namespace ffbench::metrics {

/// The 5-tap low-pass filter, in 1/65536.
inline constexpr std::array<std::uint32_t, 5> motion_filter{3571, 16004, 26386, 16004, 3571};

/// Motion energy: mean absolute difference of the BT.709 luma of consecutive frames after the 5-tap
/// filter in both directions, in levels of 255, over rectangles. Borders are mirrored without
/// repeating the edge pixel.
class MotionEnergy {
 public:
  MotionEnergy(int width, int height);

  /// The next frame. `now` are the rectangles, inside the frame, where it is compared with the
  /// frame before; `next` those of the frame to come. A pixel in two rectangles counts twice.
  void add(ConstBgrView frame, std::span<const Region> now, std::span<const Region> next);

  /// Mean over the frames that had anything to compare; empty for none.
  [[nodiscard]] std::optional<double> mean() const;

 private:
  /// Filters a region and gives the sum of absolute differences over the rectangles in it.
  std::uint64_t filter(ConstBgrView frame, const Region& region, std::span<const Region> compared);
  void filter_row(ConstBgrView frame, int y, int x0, int n);
  static std::uint16_t luma_of(ConstBgrView frame, int x, int y);

  Image<std::uint16_t, 1> now_;  ///< filtered luma, 1/256 level
  Image<std::uint16_t, 1> last_;
  std::array<std::vector<std::uint16_t>, 5> rows_;  ///< horizontally filtered rows, by row modulo 5
  std::vector<std::uint16_t> luma_;
  std::vector<Region> needed_;
  int frames_ = 0;
  double sum_ = 0;
  int compared_ = 0;
};

}  // namespace ffbench::metrics
