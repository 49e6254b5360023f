#include "reference/gains.hpp"

#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "core/hash.hpp"
#include "reference/color_tables.hpp"
#include "tests/support/images.hpp"

namespace ffbench::reference {
namespace {

GainState state_of(double gain) {
  GainState state;
  state.gain.fill(static_cast<std::int64_t>(gain * 65536 + 0.5));
  state.started = true;
  return state;
}

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

TEST(GainTables, UnitGainIsTheIdentity) {
  const GainTables tables = gain_tables(state_of(1));
  for (std::size_t v = 0; v < 256; ++v) {
    EXPECT_EQ(tables[0][v], v);
  }
}

TEST(GainTables, AreMonotoneAndSaturate) {
  for (double gain : {0.5, 0.77, 1.3, 2.0}) {
    const GainTables tables = gain_tables(state_of(gain));
    for (std::size_t v = 1; v < 256; ++v) {
      EXPECT_GE(tables[1][v], tables[1][v - 1]);
    }
  }
  EXPECT_EQ(gain_tables(state_of(2))[2][255], 255);
}

TEST(GainTables, KeepChannelsApart) {
  GainState state = state_of(1);
  state.gain[0] = 2 * 65536;
  BgrImage crop(1, 1);
  crop.view().pixel(0, 0)[0] = 100;
  crop.view().pixel(0, 0)[1] = 100;
  crop.view().pixel(0, 0)[2] = 100;
  apply_gains(gain_tables(state), crop.view());
  // L[100] = 8354; twice that is 16708, between the codes 137 (16442) and 138 (16711).
  EXPECT_EQ(crop.view().pixel(0, 0)[0], 138);
  EXPECT_EQ(crop.view().pixel(0, 0)[1], 100);
  EXPECT_EQ(crop.view().pixel(0, 0)[2], 100);
}

TEST(GainStatistics, SumsEverySecondPixelOfTheMiddle) {
  BgrImage crop(8, 8);
  for (int y = 0; y < 8; ++y) {
    for (int x = 0; x < 8; ++x) {
      crop.view().pixel(x, y)[1] = static_cast<std::uint8_t>(10 * y + x);
    }
  }
  const auto& table = linear_from_code();
  const std::uint64_t expected = std::uint64_t{table[22]} + table[24] + table[42] + table[44];
  EXPECT_EQ(gain_statistics(crop.view()), (LinearSums{0, expected, 0}));
}

TEST(GainUpdate, FirstFrameTakesTheRatioAndLaterFramesApproachIt) {
  const Preset preset;
  GainState state;
  update_gains({300, 200, 100}, {200, 200, 200}, preset, false, state);
  EXPECT_EQ(state.gain, (std::array<std::int64_t, 3>{98304, 65536, 32768}));
  update_gains({200, 200, 200}, {200, 200, 200}, preset, false, state);
  EXPECT_EQ(state.gain[0], 98304 + ((-32768 * 9830 + 32768) >> 16));
  EXPECT_EQ(state.gain[1], 65536);
}

TEST(GainUpdate, HoldsInTheTailButNotBeforeItHasStarted) {
  const Preset preset;
  GainState state;
  update_gains({150, 150, 150}, {100, 100, 100}, preset, true, state);
  EXPECT_EQ(state.gain[0], 98304);
  update_gains({100, 100, 100}, {100, 100, 100}, preset, true, state);
  EXPECT_EQ(state.gain[0], 98304);
}

TEST(GainUpdate, IsLimitedAndSurvivesABlackCrop) {
  const Preset preset;
  GainState state;
  update_gains({1000, 1, 7}, {10, 1000, 0}, preset, false, state);
  EXPECT_EQ(state.gain, (std::array<std::int64_t, 3>{131072, 32768, 65536}));
}

}  // namespace
}  // namespace ffbench::reference
