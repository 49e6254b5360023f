#include "harness/metrics/truth_pixels.hpp"

#include <cmath>
#include <limits>
#include <list>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/error.hpp"
#include "harness/metrics/mask_stability.hpp"
#include "harness/metrics/pixel_sums.hpp"
#include "harness/metrics/warp_error.hpp"
#include "support.hpp"

namespace ffbench::metrics {
namespace {

using namespace metrics_test;

constexpr int width = 40;
constexpr int height = 30;
const Region whole{0, 0, width, height};

/// A square of `size` pixels at (x, y), all of it fully covered.
FaceRegion square(int x, int y, int size) {
  FaceRegion region(width, height);
  MaskImage mask(size, size);
  std::fill_n(mask.data(), mask.size_bytes(), std::uint8_t{255});
  region.draw(mask.const_view(), {1, 0, static_cast<double>(-x), static_cast<double>(-y)});
  region.finish();
  return region;
}

TruthMaps constant_flow(float dx, float dy) {
  TruthMaps maps;
  maps.flow = FlowImage(width, height);
  maps.flow_valid = MaskImage(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      maps.flow.view().pixel(x, y)[0] = dx;
      maps.flow.view().pixel(x, y)[1] = dy;
      *maps.flow_valid.view().pixel(x, y) = 255;
    }
  }
  return maps;
}

/// The same, kept for as long as any meter may look at it.
const TruthMaps& kept_flow(float dx, float dy) {
  static std::list<TruthMaps> kept;
  return kept.emplace_back(constant_flow(dx, dy));
}

/// 5 x in every channel.
BgrImage ramp_frame() {
  BgrImage frame(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::fill_n(frame.view().pixel(x, y), 3, static_cast<std::uint8_t>(5 * x));
    }
  }
  return frame;
}

}  // namespace

TEST(TruthDifference, ComparesTheChangesOfOutputAndTruth) {
  TruthDifference difference(width, height);
  const FaceRegion region = square(5, 5, 8);
  const BgrImage truth = flat_frame(width, height, 100);
  difference.add(truth.const_view(), truth.const_view(), region, {&whole, 1}, {&whole, 1});
  difference.add(flat_frame(width, height, 102).const_view(), truth.const_view(), region, {&whole, 1}, {});
  EXPECT_DOUBLE_EQ(*difference.td_psnr(), 42.110203695290906);        // mse 4
  EXPECT_DOUBLE_EQ(*difference.fidelity_min(), 42.110203695290906);   // second frame
  EXPECT_NEAR(*difference.fidelity_mean(), 95.12050365198481, 1e-9);  // with 148.13 of the first
}

TEST(TruthDifference, IsBlindToAConstantOffsetAndToWhatLiesOutsideTheFace) {
  TruthDifference difference(width, height);
  const FaceRegion region = square(5, 5, 8);
  for (std::uint32_t t = 0; t < 4; ++t) {
    const BgrImage truth = flat_frame(width, height, static_cast<std::uint8_t>(50 + 20 * t));
    BgrImage output = noise_frame(width, height, t);
    for (int y = 5; y < 13; ++y) {
      for (int x = 5; x < 13; ++x) {
        std::fill_n(output.view().pixel(x, y), 3, static_cast<std::uint8_t>(53 + 20 * t));
      }
    }
    difference.add(output.const_view(), truth.const_view(), region, {&whole, 1}, {&whole, 1});
  }
  EXPECT_DOUBLE_EQ(*difference.td_psnr(), 148.13080360867912);
  EXPECT_DOUBLE_EQ(*difference.fidelity_mean(), 38.5883785142376);  // mse 9
}

TEST(TruthDifference, IsAbsentWithoutAFace) {
  TruthDifference difference(width, height);
  const BgrImage frame = flat_frame(width, height, 1);
  difference.add(frame.const_view(), frame.const_view(), FaceRegion(width, height), {}, {});
  difference.add(frame.const_view(), frame.const_view(), FaceRegion(width, height), {}, {});
  EXPECT_FALSE(difference.td_psnr() || difference.fidelity_mean() || difference.fidelity_min());
}

TEST(TruthWarpError, OfAPictureThatMovesWithItsFlowIsZero) {
  TruthWarpError error;
  const FaceRegion region = square(5, 5, 12);
  const BgrImage first = noise_frame(width, height, 1);
  BgrImage second(width, height);
  for (int y = 0; y + 2 < height; ++y) {
    for (int x = 0; x + 3 < width; ++x) {
      std::copy_n(first.view().pixel(x, y), 3, second.view().pixel(x + 3, y + 2));
    }
  }
  error.add(first.const_view(), kept_flow(3, 2), region);
  error.add(second.const_view(), kept_flow(0, 0), region);
  EXPECT_EQ(error.face(), 0);
  EXPECT_FALSE(error.seam().has_value());
}

TEST(TruthWarpError, IsTheSquaredColourDistance) {
  TruthWarpError error;
  const FaceRegion region = square(5, 5, 12);
  error.add(flat_frame(width, height, 100).const_view(), kept_flow(0.3F, -0.7F), region);
  error.add(flat_frame(width, height, 110).const_view(), kept_flow(0, 0), region);
  EXPECT_DOUBLE_EQ(*error.face(), 4.61361014994233);  // 3 * 10^2 / 255^2 * 1000
}

TEST(TruthWarpError, SamplesBetweenPixels) {
  TruthWarpError error;
  const FaceRegion region = square(5, 5, 12);
  error.add(ramp_frame().const_view(), kept_flow(0.5F, 0), region);
  error.add(ramp_frame().const_view(), kept_flow(0, 0), region);
  // half a pixel of slope 5: 3 * 2.5^2 / 255^2 * 1000
  EXPECT_DOUBLE_EQ(*error.face(), 0.28835063437139563);
}

TEST(TruthWarpError, LeavesOutPixelsWithoutFlowOrThatLeaveTheFrame) {
  TruthWarpError error;
  const FaceRegion region = square(0, 0, 30);
  TruthMaps maps = constant_flow(0, 0);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      float* flow = maps.flow.view().pixel(x, y);
      switch (x % 5) {
        case 0:
          flow[0] = -100;
          break;
        case 1:
          flow[1] = std::numeric_limits<float>::quiet_NaN();
          break;
        case 2:
          flow[0] = std::numeric_limits<float>::infinity();
          break;
        case 3:
          *maps.flow_valid.view().pixel(x, y) = 0;
          break;
        default:
          break;
      }
    }
  }
  BgrImage second = noise_frame(width, height, 1);
  for (int y = 0; y < height; ++y) {
    for (int x = 4; x < width; x += 5) {
      std::fill_n(second.view().pixel(x, y), 3, std::uint8_t{100});
    }
  }
  error.add(flat_frame(width, height, 100).const_view(), maps, region);
  error.add(second.const_view(), kept_flow(0, 0), region);
  EXPECT_EQ(error.face(), 0);
}

TEST(TruthWarpError, TellsTheSeamRingApart) {
  FaceRegion region(width, height);
  MaskImage mask(10, 10);
  std::fill_n(mask.data(), mask.size_bytes(), std::uint8_t{255});
  for (int x = 0; x < 10; ++x) {
    *mask.view().pixel(x, 0) = 100;  // one row of ten is seam
  }
  region.draw(mask.const_view(), {1, 0, -4, -4});
  region.finish();
  BgrImage second = flat_frame(width, height, 100);
  std::fill_n(second.view().row(4), second.view().row_bytes(), std::uint8_t{110});
  TruthWarpError error;
  error.add(flat_frame(width, height, 100).const_view(), kept_flow(0, 0), region);
  error.add(second.const_view(), kept_flow(0, 0), region);
  EXPECT_DOUBLE_EQ(*error.seam(), 4.61361014994233);
  EXPECT_DOUBLE_EQ(*error.face(), 0.461361014994233);
}

TEST(TruthWarpError, RefusesMapsOfAnotherSize) {
  TruthWarpError error;
  EXPECT_THROW(error.add(flat_frame(8, 8, 1).const_view(), kept_flow(0, 0), FaceRegion(8, 8)), Error);
}

RC_GTEST_PROP(TruthWarpError, EqualsTheFormulaInFloatingPoint, ()) {
  const FaceRegion region = square(0, 0, 30);
  const BgrImage first = noise_frame(width, height, *rc::gen::arbitrary<std::uint32_t>());
  const BgrImage second = noise_frame(width, height, *rc::gen::arbitrary<std::uint32_t>());
  const std::uint32_t seed = *rc::gen::arbitrary<std::uint32_t>();
  TruthMaps maps = constant_flow(0, 0);
  double sum = 0;
  int pixels = 0;
  for (int y = 0; y < 30; ++y) {
    for (int x = 0; x < 30; ++x) {
      const std::uint32_t bits = noise(seed + static_cast<std::uint32_t>(y * width + x));
      const double to_x = static_cast<int>(bits % ((width + 2) * 256)) / 256.0 - 1;
      const double to_y = static_cast<int>((bits >> 16) % ((height + 2) * 256)) / 256.0 - 1;
      maps.flow.view().pixel(x, y)[0] = static_cast<float>(to_x - x);
      maps.flow.view().pixel(x, y)[1] = static_cast<float>(to_y - y);
      if (to_x < 0 || to_y < 0 || to_x > width - 1 || to_y > height - 1) {
        continue;
      }
      const int x0 = static_cast<int>(to_x);
      const int y0 = static_cast<int>(to_y);
      const int x1 = std::min(x0 + 1, width - 1);
      const int y1 = std::min(y0 + 1, height - 1);
      const double fx = to_x - x0;
      const double fy = to_y - y0;
      for (int c = 0; c < 3; ++c) {
        const auto at = [&](int px, int py) { return static_cast<double>(second.view().pixel(px, py)[c]); };
        const double value = (1 - fy) * ((1 - fx) * at(x0, y0) + fx * at(x1, y0)) +
                             fy * ((1 - fx) * at(x0, y1) + fx * at(x1, y1));
        sum += std::pow(value - first.view().pixel(x, y)[c], 2);
      }
      ++pixels;
    }
  }
  TruthWarpError error;
  error.add(first.const_view(), maps, region);
  error.add(second.const_view(), kept_flow(0, 0), region);
  const double expected = 1000 * sum / pixels / (255.0 * 255.0);
  RC_ASSERT(std::abs(*error.face() - expected) < 1e-4 * expected);
}

TEST(MaskStability, IsTheDifferenceOfTheChanges) {
  const auto flat = [](int value) {
    MaskImage mask(16, 16);
    std::fill_n(mask.data(), mask.size_bytes(), static_cast<std::uint8_t>(value));
    return mask;
  };
  MaskStability stability;
  stability.add(0, 1, flat(0).const_view(), flat(50).const_view(), false);
  EXPECT_FALSE(stability.dtssd().has_value());
  stability.add(1, 1, flat(102).const_view(), flat(50).const_view(), false);
  EXPECT_DOUBLE_EQ(*stability.dtssd(), 40);  // 100 * 102 / 255
  // Changes as the truth does: mean square halves.
  stability.add(2, 1, flat(122).const_view(), flat(70).const_view(), false);
  EXPECT_DOUBLE_EQ(*stability.dtssd(), 40 / std::sqrt(2.0));
}

TEST(MaskStability, StartsAgainAfterAGapAResetAndForEveryFace) {
  const MaskImage none(8, 8);
  MaskImage all(8, 8);
  std::fill_n(all.data(), all.size_bytes(), std::uint8_t{255});
  MaskStability stability;
  stability.add(0, 1, none.const_view(), none.const_view(), false);
  stability.add(1, 2, all.const_view(), none.const_view(), false);
  stability.add(2, 1, all.const_view(), none.const_view(), false);
  stability.add(2, 2, none.const_view(), none.const_view(), true);
  EXPECT_FALSE(stability.dtssd().has_value());
  EXPECT_THROW(stability.add(3, 1, none.const_view(), MaskImage(9, 8).const_view(), false), Error);
}

RC_GTEST_PROP(PixelSums, EqualTheirDefinitions, ()) {
  const std::size_t n = *rc::gen::inRange<std::size_t>(0, 20000);
  const std::uint32_t seed = *rc::gen::arbitrary<std::uint32_t>();
  const bool extreme = *rc::gen::arbitrary<bool>();
  std::vector<std::uint8_t> a(n);
  std::vector<std::uint8_t> b(n);
  std::vector<std::int16_t> d(n);
  std::vector<std::int16_t> e(n);
  std::vector<std::uint16_t> u(n);
  std::vector<std::uint16_t> v(n);
  std::uint64_t ssd = 0;
  std::uint64_t ssd16 = 0;
  std::uint64_t squares = 0;
  std::uint64_t sad = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t bits = noise(seed + static_cast<std::uint32_t>(i));
    a[i] = extreme ? 255 : static_cast<std::uint8_t>(bits);
    b[i] = extreme ? 0 : static_cast<std::uint8_t>(bits >> 8);
    d[i] = static_cast<std::int16_t>(extreme ? 255 : static_cast<int>(bits % 511) - 255);
    e[i] = static_cast<std::int16_t>(extreme ? -255 : static_cast<int>((bits >> 9) % 511) - 255);
    u[i] = extreme ? 65535 : static_cast<std::uint16_t>(bits);
    v[i] = extreme ? 0 : static_cast<std::uint16_t>(bits >> 16);
    ssd += static_cast<std::uint64_t>((a[i] - b[i]) * (a[i] - b[i]));
    ssd16 += static_cast<std::uint64_t>((d[i] - e[i]) * (d[i] - e[i]));
    squares += static_cast<std::uint64_t>(d[i] * d[i]);
    sad += static_cast<std::uint64_t>(std::abs(int{u[i]} - int{v[i]}));
  }
  RC_ASSERT(sum_squared_difference(a.data(), b.data(), n) == ssd);
  RC_ASSERT(sum_squared_difference(d.data(), e.data(), n) == ssd16);
  RC_ASSERT(sum_squares(d.data(), n) == squares);
  RC_ASSERT(sum_absolute_difference(u.data(), v.data(), n) == sad);
}

TEST(PixelSums, LumaIsThatOfBt709) {
  const std::vector<std::uint8_t> bgr{255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 10, 10};
  std::vector<std::uint16_t> luma(5);
  luma_q8(bgr.data(), luma.data(), 5);
  EXPECT_EQ(luma, (std::vector<std::uint16_t>{4714, 46688, 13879, 65280, 2560}));
}

}  // namespace ffbench::metrics
