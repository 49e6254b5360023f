#include "reference/color_tables.hpp"

#include <cmath>
#include <cstdlib>

#include <gtest/gtest.h>

#include "core/hash.hpp"

namespace ffbench::reference {
namespace {

TEST(LinearTable, IsTheRoundedTransferFunction) {
  for (int v = 0; v < 256; ++v) {
    const double s = v / 255.0;
    const double linear = s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
    EXPECT_EQ(linear_from_code()[static_cast<std::size_t>(v)], std::lround(65535 * linear)) << v;
  }
}

TEST(LinearTable, HasItsDigest) {
  EXPECT_EQ(digest_of(linear_from_code().data(), 512).hex(), "90c79ecbe74cbb416ca0bef0ebcb3748");
}

TEST(NearestCode, IsNearestForEveryLinearValue) {
  const auto& table = linear_from_code();
  for (std::uint32_t linear = 0; linear <= 65535; linear += 7) {
    const std::uint32_t code = nearest_code(linear);
    const auto distance = [&](std::uint32_t c) {
      return std::abs(static_cast<int>(table[c]) - static_cast<int>(linear));
    };
    if (code > 0) {
      EXPECT_LT(distance(code), distance(code - 1));
    }
    if (code < 255) {
      EXPECT_LE(distance(code), distance(code + 1));
    }
  }
}

TEST(NearestCode, IsExactInTheDarks) {
  for (std::uint32_t v = 0; v < 256; ++v) {
    EXPECT_EQ(nearest_code(linear_from_code()[v]), v);
  }
}

}  // namespace
}  // namespace ffbench::reference
