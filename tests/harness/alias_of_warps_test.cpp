#include <cmath>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "core/numeric/math.hpp"
#include "datasets/synthetic/random.hpp"
#include "harness/metrics/alias_flicker.hpp"
#include "reference/bilinear.hpp"
#include "reference/warp_antialiased.hpp"

// The alias flicker of both warps. The frame is a broadband pattern - waves of all directions,
// amplitude falling as in pictures, up to beyond the frame's own limit, seen through a lens and
// square pixels - in 16 bits: the operators are linear but for their last rounding, so that a frame
// of finer levels is its high bytes plus 1/256 of its low bytes.
namespace ffbench::metrics {
namespace {

struct Wave {
  double x;  ///< cycles per frame pixel
  double y;
  double amplitude;
  double phase;
};

std::vector<Wave> broadband(double scale) {
  const synthetic::RandomStream random(synthetic::key_of("alias"));
  std::vector<Wave> waves;
  for (std::uint64_t i = 0; i < 120; ++i) {
    const double lowest = 0.01;
    const double frequency =
        lowest * std::pow(1.5 * scale / lowest, random.uniform(3 * i));  // per crop pixel
    const double direction = 2 * math::pi * random.uniform(3 * i + 1);
    Wave wave{frequency * std::cos(direction) / scale, frequency * std::sin(direction) / scale, 0,
              2 * math::pi * random.uniform(3 * i + 2)};
    const auto pixel = [](double f) {
      return std::abs(f) < 1e-9 ? 1 : std::sin(math::pi * f) / (math::pi * f);
    };
    const double lens =
        std::exp(-2 * math::pi * math::pi * 0.35 * 0.35 * (wave.x * wave.x + wave.y * wave.y));
    wave.amplitude =
        7 * std::pow(0.05 / std::max(frequency, 0.05), 0.7) * lens * pixel(wave.x) * pixel(wave.y);
    waves.push_back(wave);
  }
  return waves;
}

constexpr int crop_size = 16;

struct FineFrame {
  BgrImage high;
  BgrImage low;
};

FineFrame drawn(double scale, Point shift, bool eight_bits) {
  const std::vector<Wave> waves = broadband(scale);
  const int side = static_cast<int>(crop_size * scale * 1.3) + 48;
  FineFrame frame{BgrImage(side, side), BgrImage(side, side)};
  // cos(a + b) from the waves along either axis.
  struct Along {
    std::vector<double> cos;
    std::vector<double> sin;
  };
  const auto along = [side](double cycles, double from, double phase) {
    Along values;
    for (int i = 0; i < side; ++i) {
      const double angle = 2 * math::pi * cycles * (i - from) + phase;
      values.cos.push_back(std::cos(angle));
      values.sin.push_back(std::sin(angle));
    }
    return values;
  };
  std::vector<double> picture(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 128);
  for (const Wave& wave : waves) {
    const Along across = along(wave.x, shift.x, wave.phase);
    const Along down = along(wave.y, shift.y, 0);
    std::size_t i = 0;
    for (std::size_t y = 0; y < down.cos.size(); ++y) {
      for (std::size_t x = 0; x < across.cos.size(); ++x) {
        picture[i++] += wave.amplitude * (across.cos[x] * down.cos[y] - across.sin[x] * down.sin[y]);
      }
    }
  }
  std::size_t i = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double v = picture[i++];
      const int fine = eight_bits ? 256 * static_cast<int>(v + 0.5) : static_cast<int>(256 * v + 0.5);
      std::fill_n(frame.high.view().pixel(x, y), 3, static_cast<std::uint8_t>(fine >> 8));
      std::fill_n(frame.low.view().pixel(x, y), 3, static_cast<std::uint8_t>(fine & 255));
    }
  }
  return frame;
}

/// Turned by ten degrees about the middle.
AffineF tracked(double scale, Point shift) {
  const double side = static_cast<int>(crop_size * scale * 1.3) + 48;
  const double a = 0.984807753012208 * scale;
  const double b = 0.17364817766693033 * scale;
  const double half = crop_size / 2.0;
  return AffineF(Affine(a, -b, side / 2 - a * half + b * half + shift.x, b, a,
                        side / 2 - b * half - a * half + shift.y));
}

double flicker(double scale, bool antialiased, bool eight_bits = false) {
  const std::array<double, 1> scales{scale};
  return alias_flicker(scales, crop_size,
                       [&](double, Point shift, FloatBgrView crop) {
                         const FineFrame frame = drawn(scale, shift, eight_bits);
                         const AffineF map = tracked(scale, shift);
                         const AntialiasKernel kernel = antialias_kernel(map);
                         const auto value = [&](const BgrImage& image, int x, int y) {
                           if (antialiased) {
                             return reference::antialiased_value(image.view(), map, kernel, x, y, 0) / 256.0;
                           }
                           const auto taps = reference::replicate_taps(reference::sample_point(map, x, y),
                                                                       image.width(), image.height());
                           return double{reference::bilinear(image.view(), taps, 0)};
                         };
                         for (int y = 0; y < crop.height; ++y) {
                           for (int x = 0; x < crop.width; ++x) {
                             const double v = value(frame.high, x, y) + value(frame.low, x, y) / 256;
                             std::fill_n(crop.pixel(x, y), 3, static_cast<float>(v));
                           }
                         }
                       })
      .front()
      .db;
}

TEST(AliasFlickerOfWarps, IsAtLeastSeventyDecibelsBetweenScalesTwoAndFour) {
  for (double scale : {1.2, 1.5, 2.0, 3.0, 4.0}) {
    const double plain = flicker(scale, false);
    const double mean = flicker(scale, true);
    std::cout << "scale " << scale << ": bilinear " << plain << " dB, anti-aliased " << mean
              << " dB, of a frame of 8 bits " << flicker(scale, true, true) << " dB\n";
    EXPECT_GT(mean, plain + 3);
    if (scale >= 2) {
      EXPECT_GE(mean, 70);
      EXPECT_NEAR(plain, 55, 4);
    }
  }
}

}  // namespace
}  // namespace ffbench::metrics
