#include <algorithm>
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/mask_hysteresis_pixel.hpp"

// What the kernels compute in other words than the contract's, compared with the contract's own
// words.
namespace ffbench::cuda {
namespace {

constexpr std::array<std::uint32_t, 7> edge_bytes{0, 1, 2, 127, 128, 254, 255};

/// The contract's lerp of two bytes.
float plain(std::uint32_t p, std::uint32_t q, float weight) {
  return lerp(static_cast<float>(p), static_cast<float>(q), weight);
}

TEST(CudaArithmetic, EveryStepIsTheContractsLerp) {
  std::mt19937 random(1);
  for (std::uint32_t k = 1; k < 65536; ++k) {
    const float weight = static_cast<float>(k) / 65536.0F;
    const auto compare = [&](std::uint32_t p, std::uint32_t q) {
      const std::uint32_t weights = step_weights(k);
      ASSERT_EQ(lerp_steps_low(p | q << 8, weights) * 0x1p120F, plain(p, q, weight) * 0x1p-13F)
          << p << ' ' << q << ' ' << k;
      ASSERT_EQ(bits_of(lerp_steps_high(p << 16 | q << 24, weights)),
                bits_of(lerp_steps_low(p | q << 8, weights)));
    };
    for (std::uint32_t p : edge_bytes) {
      for (std::uint32_t q : edge_bytes) {
        compare(p, q);
      }
    }
    compare(random() & 0xffU, random() & 0xffU);
  }
}

TEST(CudaArithmetic, PositionsOfWholeStepsGiveTheirWeights) {
  std::mt19937 random(2);
  for (int i = 0; i < 200000; ++i) {
    const float x = std::uniform_real_distribution<float>(steps_from, 32767.0F)(random);
    const Floor floor = floor_of(x);
    const auto whole = static_cast<float>(static_cast<int>(x));
    ASSERT_EQ(static_cast<float>(steps_of(x, floor)) / 65536.0F, x - whole) << x;
    ASSERT_EQ(fraction(x, floor), x - whole) << x;
    ASSERT_EQ(fraction(x, floor, raise), (x - whole) * raise) << x;
    ASSERT_EQ(bits_of(floor.biased) - floor_bias, static_cast<std::uint32_t>(x));
  }
}

TEST(CudaArithmetic, PositionsLeftOfTheImageRoundOnce) {
  for (float x : {-0.5F, -0x1p-30F, -0.99999994F, -0x1p-126F}) {
    const Floor floor = floor_of(x);
    EXPECT_EQ(fraction(x, floor), x + 1.0F);
    EXPECT_EQ(fraction(x, floor, raise), (x + 1.0F) * raise);
    EXPECT_EQ(bits_of(floor.biased) - floor_bias, ~0U);
  }
}

TEST(CudaArithmetic, UnitsChangeNoRounding) {
  std::mt19937 random(3);
  for (int i = 0; i < 1000000; ++i) {
    const std::uint32_t p = random() & 0xffU;
    const std::uint32_t q = random() & 0xffU;
    const std::uint32_t ground = random() & 0xffU;
    const float across =
        std::ldexp(std::uniform_real_distribution<float>(0, 1)(random), -static_cast<int>(random() % 24));
    const float blend = std::uniform_real_distribution<float>(0, 1)(random);
    const float value = plain(p, q, across);
    const float in_units = lerp_raw(float_of(p), float_of(q), across * raise);
    ASSERT_EQ(in_units, value * unit) << p << ' ' << q << ' ' << across;
    ASSERT_EQ(blend_raw(float_of(ground), in_units, blend),
              lerp(static_cast<float>(ground), value, blend) * unit);
  }
}

TEST(CudaArithmetic, RoundsHalvesToEven) {
  for (std::uint32_t k = 0; k < 255; ++k) {
    const float half = (static_cast<float>(k) + 0.5F) * unit;
    EXPECT_EQ(round_to_bytes(half, half, half) & 0xffffffU, (k + (k & 1U)) * 0x10101U);
  }
}

TEST(CudaArithmetic, FourHeldValuesInAWord) {
  for (int band : {0, 1, 4, 127, 128, 254, 255, 256, 1000}) {
    for (int m = 0; m < 256; ++m) {
      for (int h = 0; h < 256; ++h) {
        const int held = m == 0 || m == 255 ? m : std::clamp(h, m - band, m + band);
        // Neighbours that would be disturbed by a carry.
        const auto now = static_cast<std::uint32_t>(m) << 8 | 0xff0000ffU;
        const auto before = static_cast<std::uint32_t>(h) << 8 | 0x00ff0000U;
        ASSERT_EQ(held_word(now, before, band), static_cast<std::uint32_t>(held) << 8 | 0xff0000ffU)
            << m << ' ' << h << ' ' << band;
      }
    }
  }
}

}  // namespace
}  // namespace ffbench::cuda
