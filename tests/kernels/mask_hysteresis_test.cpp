#include "kernels/cpu/mask_hysteresis.hpp"

#include <gtest/gtest.h>

#include "kernels/cpu/targets.hpp"
#include "reference/mask_hysteresis.hpp"
#include "tests/support/images.hpp"

namespace ffbench::cpu {
namespace {

/// The state of the next frame is this frame's mask in every column, whatever the vectors leave
/// over, and rows outside the range stay.
TEST(MaskHysteresisUpdate, KeepsWhatItShowedInEveryColumnOfItsRows) {
  constexpr int height = 7;
  for (const Target& target : targets()) {
    if (!target.supported) {
      continue;
    }
    SCOPED_TRACE(target.name);
    const ForcedTarget forced(target.name);
    for (int width = 1; width <= 140; ++width) {
      const MaskImage before = test::random_image<1>(width, height, 1);
      const MaskImage now = test::random_image<1>(width, height, 2);
      MaskImage expected = now;
      reference::mask_hysteresis(before.view(), 9, expected.view());
      MaskImage state = before;
      MaskImage mask = now;
      mask_hysteresis_update_rows(state.view(), 9, mask.view(), {2, 5});
      for (int y = 0; y < height; ++y) {
        const bool done = y >= 2 && y < 5;
        for (int x = 0; x < width; ++x) {
          const int shown = *(done ? expected : now).view().pixel(x, y);
          const int kept = *(done ? expected : before).view().pixel(x, y);
          ASSERT_EQ(*mask.view().pixel(x, y), shown) << "width " << width << ", x " << x << ", y " << y;
          ASSERT_EQ(*state.view().pixel(x, y), kept) << "width " << width << ", x " << x << ", y " << y;
        }
      }
    }
  }
}

}  // namespace
}  // namespace ffbench::cpu
