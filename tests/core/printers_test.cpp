#include "tests/support/printers.hpp"

#include <optional>
#include <vector>

#include "core/preset.hpp"
#include "core/stage.hpp"

namespace ffbench {
namespace {

using testing::PrintToString;

TEST(Printers, EnumsAreWords) {
  EXPECT_EQ(PrintToString(Stage::hysteresis), "hysteresis");
  EXPECT_EQ(PrintToString(Smoother::one_euro), "one_euro");
  EXPECT_EQ(PrintToString(std::vector{Stage::warp, Stage::mask}), "{ warp, mask }");
  EXPECT_EQ(PrintToString(ExitCode::incorrect), "4 (incorrect)");
  EXPECT_EQ(PrintToString(std::optional(ExitCode::ok)), "(0 (ok))");
}

TEST(Printers, ImagesAreSizesAndPixels) {
  BgrImage image(5, 2);
  image.view().pixel(1, 1)[2] = 200;
  EXPECT_EQ(
      PrintToString(image),
      "5x2x3\n  row 0: 0 0 0 | 0 0 0 | 0 0 0 | 0 0 0 ...\n  row 1: 0 0 0 | 0 0 200 | 0 0 0 | 0 0 0 ...");
  EXPECT_EQ(PrintToString(MaskImage(1, 1)), "1x1x1\n  row 0: 0");
}

TEST(Printers, TheFirstPixelThatDiffersIsNamed) {
  BgrImage expected(5, 2);
  BgrImage actual = expected;
  EXPECT_TRUE(test::same_pixels(actual, expected));
  actual.view().pixel(3, 1)[2] = 17;
  actual.view().pixel(4, 1)[0] = 1;
  expected.view().pixel(3, 1)[2] = 16;
  const testing::AssertionResult different = test::same_pixels(actual, expected);
  EXPECT_FALSE(different);
  EXPECT_STREQ(different.message(),
               "2 values of 5x2x3 differ, the first at x 3, y 1, channel 2: got 17, expected 16");
  EXPECT_STREQ(test::same_pixels(actual, BgrImage(4, 2)).message(), "5x2 pixels, expected 4x2");
}

}  // namespace
}  // namespace ffbench
