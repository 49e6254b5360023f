#include "reference/frame_difference.hpp"

namespace ffbench::reference {

std::uint64_t frame_difference(ConstBgrView a, ConstBgrView b) {
  std::uint64_t sum = 0;
  for (int y = 0; y < a.height; ++y) {
    for (int i = 0; i < 3 * a.width; ++i) {
      const int difference = int{a.row(y)[i]} - int{b.row(y)[i]};
      sum += static_cast<std::uint64_t>(difference * difference);
    }
  }
  return sum;
}

}  // namespace ffbench::reference
