#include "core/image.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

namespace ffbench {
namespace {

/// Whether some byte belongs to both views, byte for byte.
bool some_byte_in_both(ConstBgrView a, ConstBgrView b, const std::uint8_t* memory, std::size_t bytes) {
  std::vector<int> owners(bytes, 0);
  const auto mark = [&](ConstBgrView view, int bit) {
    for (int y = 0; y < view.height; ++y) {
      for (std::size_t i = 0; i < view.row_bytes(); ++i) {
        owners[static_cast<std::size_t>(view.row(y) - memory) + i] |= bit;
      }
    }
  };
  mark(a, 1);
  mark(b, 2);
  for (int owner : owners) {
    if (owner == 3) {
      return true;
    }
  }
  return false;
}

TEST(Sharing, OfViewsWithOneStrideIsThatOfTheirBytes) {
  constexpr int width = 4;
  constexpr int height = 3;
  constexpr std::ptrdiff_t stride = 29;  // two rows of 12 bytes fit side by side, with gaps
  constexpr int middle = 4 * stride;
  std::vector<std::uint8_t> memory(static_cast<std::size_t>(11 * stride));
  int none = 0;
  int partial = 0;
  for (bool upside_down : {false, true}) {
    const auto view_at = [&](int offset) {
      const std::uint8_t* first = memory.data() + offset;
      return upside_down ? ConstBgrView{first + (height - 1) * stride, width, height, -stride}
                         : ConstBgrView{first, width, height, stride};
    };
    const ConstBgrView a = view_at(middle);
    for (int offset = 0; offset < 8 * stride; ++offset) {
      const ConstBgrView b = view_at(offset);
      const Sharing expected = offset == middle                                        ? Sharing::identical
                               : some_byte_in_both(a, b, memory.data(), memory.size()) ? Sharing::partial
                                                                                       : Sharing::none;
      none += expected == Sharing::none ? 1 : 0;
      partial += expected == Sharing::partial ? 1 : 0;
      EXPECT_EQ(sharing_of(a, b), expected)
          << "offset " << offset - middle << ", upside down " << upside_down;
      EXPECT_EQ(sharing_of(b, a), expected)
          << "offset " << offset - middle << ", upside down " << upside_down;
    }
  }
  EXPECT_GT(none, 50);
  EXPECT_GT(partial, 50);
}

TEST(Sharing, OfViewsWithOtherStridesIsPartialWhereTheirMemoryMeets) {
  std::vector<std::uint8_t> memory(400);
  const ConstBgrView a{memory.data(), 4, 3, 16};
  EXPECT_EQ(sharing_of(a, ConstBgrView{memory.data(), 4, 3, 32}), Sharing::partial);
  EXPECT_EQ(sharing_of(a, ConstBgrView{memory.data() + 32, 4, 3, -16}), Sharing::partial);
  EXPECT_EQ(sharing_of(a, ConstBgrView{memory.data() + 100, 4, 3, 32}), Sharing::none);
}

TEST(Sharing, OfAnEmptyViewIsNone) {
  std::vector<std::uint8_t> memory(100);
  const ConstBgrView a{memory.data(), 4, 3, 16};
  EXPECT_EQ(sharing_of(a, ConstBgrView{memory.data(), 0, 3, 16}), Sharing::none);
}

}  // namespace
}  // namespace ffbench
