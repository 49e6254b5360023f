#include <cstring>

#include <gtest/gtest.h>
#include <sys/mman.h>

#include "kernels/cpu/box_mask.hpp"
#include "kernels/cpu/composite.hpp"
#include "kernels/cpu/warp.hpp"
#include "reference/box_mask.hpp"
#include "reference/composite.hpp"
#include "reference/warp.hpp"
#include "tests/support/images.hpp"

namespace ffbench::cpu {
namespace {

AffineF turned(float shift_x, float shift_y) {
  AffineF m;
  m.xx = 0.9F, m.xy = -0.3F, m.xt = shift_x, m.yx = 0.3F, m.yy = 0.9F, m.yt = shift_y;
  return m;
}

/// Memory of which only what is touched exists.
class Reserved {
 public:
  explicit Reserved(std::size_t bytes)
      : bytes_(bytes),
        data_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                   0)) {}
  ~Reserved() {
    if (ok()) {
      munmap(data_, bytes_);
    }
  }
  Reserved(const Reserved&) = delete;
  Reserved& operator=(const Reserved&) = delete;
  [[nodiscard]] bool ok() const { return data_ != MAP_FAILED; }
  [[nodiscard]] std::uint8_t* data() const { return static_cast<std::uint8_t*>(data_); }

 private:
  std::size_t bytes_;
  void* data_;
};

TEST(LargeViews, RowsFurtherThanThirtyOneBitsApartAreAddressed) {
  constexpr std::size_t stride = std::size_t{1} << 27;
  constexpr int rows = 40;
  const Reserved memory(stride * rows);
  if (!memory.ok()) {
    GTEST_SKIP() << "no address space for a view of 5 GB";
  }
  const BgrImage frame = test::noise_image(50, rows, 1);
  const BgrView wide{memory.data(), 50, rows, static_cast<std::ptrdiff_t>(stride)};
  copy_pixels<std::uint8_t, 3>(frame.view(), wide);
  BgrImage expected(33, 33);
  BgrImage actual(33, 33);
  reference::warp(frame.view(), turned(3, 2), expected.view());
  warp(wide, turned(3, 2), actual.view());
  EXPECT_EQ(actual, expected);

  MaskImage mask(50, rows);
  reference::box_mask(0.2, {}, mask.view());
  BgrImage pasted = test::noise_image(60, 60, 2);
  BgrImage expected_paste = pasted;
  reference::composite(frame.view(), mask.view(), turned(1, -4), {0, 0, 60, 60},
                       reference::SeamBand{Preset{}}, expected_paste.view());
  composite(wide, mask.view(), turned(1, -4), {0, 0, 60, 60}, SeamBand{Preset{}}, pasted.view());
  EXPECT_EQ(pasted, expected_paste);
}

TEST(LargeViews, RowsMayRunUpwards) {
  const BgrImage frame = test::noise_image(50, 40, 1);
  BgrImage flipped(50, 40);
  for (int y = 0; y < 40; ++y) {
    std::memcpy(flipped.view().row(39 - y), frame.view().row(y), 150);
  }
  const BgrView upwards{flipped.view().row(39), 50, 40, -flipped.view().stride_bytes};
  BgrImage expected(65, 33);
  BgrImage actual(65, 33);
  reference::warp(frame.view(), turned(3, 2), expected.view());
  warp(upwards, turned(3, 2), actual.view());
  EXPECT_EQ(actual, expected);
}

TEST(Views, NothingIsReadBehindTheLastPixel) {
  // The image ends where memory ends: one byte further and the program is killed.
  constexpr std::size_t page = 4096;
  const int width = 32;
  const int height = 16;
  const std::size_t bytes = 3 * width * height;
  const Reserved memory(4 * page);
  ASSERT_TRUE(memory.ok());
  ASSERT_EQ(mprotect(memory.data() + 3 * page, page, PROT_NONE), 0);
  ASSERT_EQ(mprotect(memory.data(), page, PROT_NONE), 0);
  const BgrImage frame = test::noise_image(width, height, 5);
  BgrImage expected(64, 64);
  AffineF map;
  map.xx = 0.6F, map.yy = 0.4F, map.xt = -2, map.yt = -3;
  reference::warp(frame.view(), map, expected.view());
  for (std::uint8_t* start : {memory.data() + 3 * page - bytes, memory.data() + page}) {
    std::memcpy(start, frame.data(), bytes);
    BgrImage actual(64, 64);
    warp(ConstBgrView{start, width, height, 3 * width}, map, actual.view());
    EXPECT_EQ(actual, expected);
  }
}

TEST(BoxMaskCache, FollowsEveryArgument) {
  BoxMaskCache cache;
  const auto expect_fresh = [&](int width, int height, double blur, const MaskPadding& padding) {
    MaskImage expected(width, height);
    reference::box_mask(blur, padding, expected.view());
    EXPECT_EQ(cache.get(width, height, blur, padding), expected);
  };
  expect_fresh(64, 64, 0.3, {});
  expect_fresh(64, 64, 0.3, {});
  expect_fresh(64, 64, 0.4, {});
  expect_fresh(64, 64, 0.4, {5, 0, 0, 0});
  expect_fresh(64, 48, 0.4, {5, 0, 0, 0});
  expect_fresh(96, 48, 0.4, {5, 0, 0, 0});
}

}  // namespace
}  // namespace ffbench::cpu
