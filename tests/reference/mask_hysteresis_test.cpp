#include "reference/mask_hysteresis.hpp"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

RC_GTEST_PROP(MaskHysteresis, StaysWithinTheBandAndNeverTrails, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint32_t>();
  const int band = *rc::gen::inRange(0, 40);
  const MaskImage previous = test::random_image<1>(31, 17, seed);
  const MaskImage now = test::random_image<1>(31, 17, seed + 1);
  MaskImage result = now;
  mask_hysteresis(previous.view(), band, result.view());
  for (std::size_t i = 0; i < result.size_bytes(); ++i) {
    const int m = now.data()[i];
    const int r = result.data()[i];
    RC_ASSERT(std::abs(r - m) <= band);
    RC_ASSERT((m != 0 && m != 255) || r == m);
    // The result lies between the previous and the new value.
    RC_ASSERT(std::min<int>(m, previous.data()[i]) <= r && r <= std::max<int>(m, previous.data()[i]));
  }
}

TEST(MaskHysteresis, IgnoresChatterWithinTheBand) {
  MaskImage held = test::filled_mask(4, 100);
  for (int value : {103, 98, 104, 97}) {
    MaskImage now = test::filled_mask(4, static_cast<std::uint8_t>(value));
    mask_hysteresis(held.view(), 4, now.view());
    held = now;
    EXPECT_EQ(held.data()[0], 100);
  }
}

}  // namespace
}  // namespace ffbench::reference
