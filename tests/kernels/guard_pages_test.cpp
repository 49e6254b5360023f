#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/numeric/mask_tiles.hpp"
#include "core/preset.hpp"
#include "kernels/cpu/apply_gains.hpp"
#include "kernels/cpu/composite.hpp"
#include "kernels/cpu/targets.hpp"
#include "kernels/cpu/warp.hpp"
#include "kernels/cpu/warp_antialiased.hpp"
#include "reference/apply_gains.hpp"
#include "reference/composite.hpp"
#include "reference/warp.hpp"
#include "reference/warp_antialiased.hpp"
#include "tests/support/images.hpp"

// Vectors read many pixels at once. Sanitizers do not see reads by intrinsics, pages without access
// do.
namespace ffbench::cpu {
namespace {

/// A copy of an image between two pages that nobody may touch: its first byte follows the one, or
/// its last byte precedes the other.
template <int Channels>
class Fenced {
 public:
  Fenced(const Image<std::uint8_t, Channels>& image, bool at_the_end)
      : width_(image.width()), height_(image.height()) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t inner = (image.size_bytes() + page - 1) / page * page;
    bytes_ = inner + 2 * page;
    memory_ = ::mmap(nullptr, bytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) {
      throw std::bad_alloc();
    }
    auto* first = static_cast<std::uint8_t*>(memory_) + page;
    if (::mprotect(first, inner, PROT_READ | PROT_WRITE) != 0) {
      throw std::bad_alloc();
    }
    pixels_ = at_the_end ? first + inner - image.size_bytes() : first;
    std::memcpy(pixels_, image.data(), image.size_bytes());
  }
  ~Fenced() { ::munmap(memory_, bytes_); }
  Fenced(const Fenced&) = delete;
  Fenced& operator=(const Fenced&) = delete;

  ImageView<std::uint8_t, Channels> view() const {
    return {pixels_, width_, height_, static_cast<std::ptrdiff_t>(width_) * Channels};
  }
  ImageView<const std::uint8_t, Channels> const_view() const { return view(); }
  Image<std::uint8_t, Channels> copy() const {
    Image<std::uint8_t, Channels> result(width_, height_);
    copy_pixels(const_view(), result.view());
    return result;
  }

 private:
  int width_;
  int height_;
  void* memory_ = nullptr;
  std::size_t bytes_ = 0;
  std::uint8_t* pixels_ = nullptr;
};

/// A map whose crop covers the image, and more than it, at a scale and an angle.
AffineF map_onto(int from, int width, int height, double scale, double angle, bool mirrored) {
  const double flip = mirrored ? -1 : 1;
  const double c = scale * std::cos(angle);
  const double s = scale * std::sin(angle);
  const double half = 0.5 * (from - 1);
  AffineF map;
  map.xx = static_cast<float>(flip * c);
  map.xy = static_cast<float>(-s);
  map.yx = static_cast<float>(flip * s);
  map.yy = static_cast<float>(c);
  map.xt = static_cast<float>(0.5 * (width - 1) - half * (flip * c - s));
  map.yt = static_cast<float>(0.5 * (height - 1) - half * (flip * s + c));
  return map;
}

class GuardPages : public ::testing::Test {
 protected:
  /// Calls `body(random, at_the_end)` on every target.
  template <class Body>
  static void on_every_target(const Body& body) {
    for (const Target& target : targets()) {
      if (!target.supported) {
        std::cout << "skipped " << target.name << ": " << target.reason << '\n';
        continue;
      }
      const ForcedTarget forced(target.name);
      std::mt19937 random(7);
      for (int i = 0; i < 150; ++i) {
        SCOPED_TRACE(testing::Message() << target.name << ", problem " << i);
        body(random, i % 2 == 0);
      }
    }
  }
  static int number(std::mt19937& random, int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  }
  static AffineF map(std::mt19937& random, int from, int width, int height) {
    constexpr double angles[] = {0, 0.01, -0.05, 0.1, -0.2, 0.8, 1.6, 3.1};
    constexpr double scales[] = {0.2, 0.5, 0.75, 1, 1.2, 1.33, 1.5, 2.1, 6};
    const double angle = angles[number(random, 0, 7)];
    const double scale = scales[number(random, 0, 8)];
    return map_onto(from, width, height, scale, angle, number(random, 0, 1) == 1);
  }
};

TEST_F(GuardPages, WarpsReadTheFrameAlone) {
  on_every_target([](std::mt19937& random, bool at_the_end) {
    const int width = number(random, 1, 210);
    const int height = number(random, 1, 60);
    const int size = number(random, 1, 120);
    const Fenced<3> frame(test::noise_image(width, height, random()), at_the_end);
    const AffineF crop_to_frame = map(random, size, width, height);
    BgrImage expected(size, size);
    const Fenced<3> crop(expected, at_the_end);
    reference::warp(frame.const_view(), crop_to_frame, expected.view());
    warp(frame.const_view(), crop_to_frame, crop.view());
    EXPECT_EQ(crop.copy(), expected);
    reference::warp_antialiased(frame.const_view(), crop_to_frame, expected.view());
    warp_antialiased(frame.const_view(), crop_to_frame, crop.view());
    EXPECT_EQ(crop.copy(), expected);
  });
}

TEST_F(GuardPages, CompositeReadsItsImagesAlone) {
  on_every_target([](std::mt19937& random, bool at_the_end) {
    const int width = number(random, 1, 210);
    const int height = number(random, 1, 60);
    const int size = number(random, 1, 200);
    const Fenced<3> crop(test::noise_image(size, size, random()), at_the_end);
    const Fenced<1> mask(test::random_image<1>(size, size, random(), 0, number(random, 0, 1) * 255),
                         at_the_end);
    const AffineF frame_to_crop = map(random, std::max(width, height), size, size);
    const Region region{0, 0, width, height};
    BgrImage expected = test::noise_image(width, height, random());
    const Fenced<3> frame(expected, at_the_end);
    const Preset preset;
    reference::composite(crop.const_view(), mask.const_view(), frame_to_crop, region,
                         reference::SeamBand(preset), expected.view());
    composite(crop.const_view(), mask.const_view(), frame_to_crop, region, SeamBand(preset), frame.view());
    EXPECT_EQ(frame.copy(), expected);
  });
}

TEST_F(GuardPages, GainsTouchTheirRowsAlone) {
  on_every_target([](std::mt19937& random, bool at_the_end) {
    GainTables tables;
    for (auto& table : tables) {
      for (std::uint8_t& value : table) {
        value = static_cast<std::uint8_t>(number(random, 0, 255));
      }
    }
    BgrImage expected = test::noise_image(number(random, 1, 150), number(random, 1, 9), random());
    const Fenced<3> crop(expected, at_the_end);
    reference::apply_gains(tables, expected.view());
    apply_gains(tables, crop.const_view(), crop.view());
    EXPECT_EQ(crop.copy(), expected);
  });
}

}  // namespace
}  // namespace ffbench::cpu
