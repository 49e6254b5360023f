#include "reference/gain_statistics.hpp"

#include <gtest/gtest.h>

#include "core/image.hpp"
#include "reference/color_tables.hpp"

namespace ffbench::reference {
namespace {

TEST(GainStatistics, SumsEverySecondPixelOfTheMiddle) {
  BgrImage crop(8, 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      crop.view().pixel(x, y)[1] = static_cast<std::uint8_t>(10 * y + x);
    }
  }
  const auto& table = linear_from_code();
  const std::uint64_t expected = std::uint64_t{table[22]} + table[24] + table[42] + table[44];
  EXPECT_EQ(gain_statistics(crop.view()), (LinearSums{0, expected, 0}));
}

}  // namespace
}  // namespace ffbench::reference
