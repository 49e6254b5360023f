#include "reference/gain_update.hpp"

#include <gtest/gtest.h>

namespace ffbench::reference {
namespace {

TEST(GainUpdate, FirstFrameTakesTheRatioAndLaterFramesApproachIt) {
  const Preset preset;
  GainState state;
  gain_update({300, 200, 100}, {200, 200, 200}, preset, false, state);
  EXPECT_EQ(state.gain, (std::array<std::int64_t, 3>{98304, 65536, 32768}));
  gain_update({200, 200, 200}, {200, 200, 200}, preset, false, state);
  EXPECT_EQ(state.gain[0], 98304 + ((-32768 * 9830 + 32768) >> 16));
  EXPECT_EQ(state.gain[1], 65536);
}

TEST(GainUpdate, HoldsInTheTailButNotBeforeItHasStarted) {
  const Preset preset;
  GainState state;
  gain_update({150, 150, 150}, {100, 100, 100}, preset, true, state);
  EXPECT_EQ(state.gain[0], 98304);
  gain_update({100, 100, 100}, {100, 100, 100}, preset, true, state);
  EXPECT_EQ(state.gain[0], 98304);
}

TEST(GainUpdate, IsLimitedAndSurvivesABlackCrop) {
  const Preset preset;
  GainState state;
  gain_update({1000, 1, 7}, {10, 1000, 0}, preset, false, state);
  EXPECT_EQ(state.gain, (std::array<std::int64_t, 3>{131072, 32768, 65536}));
}

TEST(GainUpdate, RatioOfTheLargestSumsFits) {
  constexpr std::uint64_t largest = std::uint64_t{65535} << 28;
  Preset preset;
  preset.gains_beta = 0.5;
  GainState state;
  gain_update({largest, largest, 1}, {largest, largest / 3 * 2, largest}, preset, false, state);
  EXPECT_EQ(state.gain, (std::array<std::int64_t, 3>{65536, 98304, 32768}));
  // Half of -32767 and half of 32769: halves round up.
  gain_update({32769, 65537, 65537}, {65536, 65536, 65536}, preset, false, state);
  EXPECT_EQ(state.gain, (std::array<std::int64_t, 3>{49153, 81921, 49153}));
}

}  // namespace
}  // namespace ffbench::reference
