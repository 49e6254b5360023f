#include "reference/refine_landmark.hpp"

#include <array>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

namespace ffbench::reference {
namespace {

using Input = std::array<std::int8_t, std::size_t{patch_pixels} * RefinementNetwork::inputs>;

/// A network that answers nothing.
std::unique_ptr<RefinementNetwork> silent() {
  auto net = std::make_unique<RefinementNetwork>();
  net->shift1.fill(1);
  net->shift2.fill(1);
  net->shift3.fill(1);
  return net;
}

/// A smooth picture that distinguishes both directions, seen with its middle at (x, y).
double pattern(double x, double y) {
  return 120 + 60 * std::sin(0.55 * x + 0.2 * y + 0.4) + 50 * std::cos(0.5 * y - 0.15 * x);
}

LandmarkView view_of(double x, double y, double gain = 1, double lift = 0) {
  LandmarkView view{};
  for (int i = 0; i < view_pixels; ++i) {
    const double value = pattern(i % view_side - view_side / 2 - x, i / view_side - view_side / 2 - y);
    view[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(std::lround(gain * value + lift));
  }
  return view;
}

LandmarkReference reference_of() {
  LandmarkReference reference{};
  for (int i = 0; i < reference_pixels; ++i) {
    reference[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(
        std::lround(reference_steps * pattern(i % reference_side - reference_side / 2,
                                              i / reference_side - reference_side / 2)));
  }
  return reference;
}

TEST(RefineLandmark, TapsOfEveryPhaseReadConstantsAndSlopesExactly) {
  for (int f = 0; f < read_phases; ++f) {
    const ReadTaps taps = read_taps(f);
    int sum = 0;
    int slope = 0;
    int place = 0;
    int steepness = 0;
    for (int k = 0; k < 4; ++k) {
      sum += taps.value[static_cast<std::size_t>(k)];
      slope += taps.slope[static_cast<std::size_t>(k)];
      place += (k - 1) * taps.value[static_cast<std::size_t>(k)];
      steepness += (k - 1) * taps.slope[static_cast<std::size_t>(k)];
    }
    EXPECT_EQ(sum, 1024) << f;
    EXPECT_EQ(slope, 0) << f;
    EXPECT_NEAR(place, 16 * f, 2) << f;
    EXPECT_NEAR(steepness, 1024, 2) << f;
  }
  EXPECT_EQ(read_taps(0).value, (std::array<std::int32_t, 4>{0, 1024, 0, 0}));
  EXPECT_EQ(read_taps(0).slope, (std::array<std::int32_t, 4>{-512, 0, 512, 0}));
  EXPECT_EQ(read_taps(32).value, (std::array<std::int32_t, 4>{-64, 576, 576, -64}));
}

TEST(RefineLandmark, LeastSquaresFindsHowFarAPatternMoved) {
  const auto net = silent();
  const LandmarkReference reference = reference_of();
  for (const auto& [x, y] : {std::pair{0.0, 0.0}, {0.3, -0.2}, {-0.7, 0.45}, {0.9, 0.9}}) {
    const PatchOffset found = refine_landmark(view_of(x, y), reference, *net);
    EXPECT_NEAR(found.x, x * offset_steps, 0.02 * offset_steps) << x << ' ' << y;
    EXPECT_NEAR(found.y, y * offset_steps, 0.02 * offset_steps) << x << ' ' << y;
  }
}

TEST(RefineLandmark, ExposureDoesNotMatter) {
  const auto net = silent();
  const PatchOffset plain = refine_landmark(view_of(0.4, -0.3), reference_of(), *net);
  const PatchOffset dim = refine_landmark(view_of(0.4, -0.3, 0.5, 30), reference_of(), *net);
  EXPECT_NEAR(dim.x, plain.x, 0.01 * offset_steps);
  EXPECT_NEAR(dim.y, plain.y, 0.01 * offset_steps);
}

TEST(RefineLandmark, NothingToSeeIsNoMovement) {
  const auto net = silent();
  LandmarkView flat{};
  flat.fill(99);
  LandmarkReference even{};
  even.fill(500);
  EXPECT_EQ(refine_landmark(view_of(0.5, 0), even, *net), PatchOffset{});
  EXPECT_EQ(registration(flat, even, {}).input, Input{});
  const PatchOffset found = refine_landmark(flat, reference_of(), *net);
  EXPECT_LE(std::abs(found.x), offset_steps);
}

TEST(RefineLandmark, TheSecondIterationBeginsWhereTheFirstFoundTheLandmark) {
  const Registration seen = registration(view_of(0, 0), reference_of(), {1000, -1000});
  EXPECT_EQ(seen.from, (PatchOffset{1024, -1024}));  // to the nearest 1/64
  EXPECT_NEAR(seen.from.x + seen.step.x, 0, 0.03 * offset_steps);
  EXPECT_EQ(registration(view_of(0, 0), reference_of(), {offset_steps, 0}).from.x, 63 * 64);
}

TEST(RefineLandmark, ReadsTheTapsInTheOrderOfTheContract) {
  Input input{};
  for (std::size_t i = 0; i < std::size_t{patch_pixels}; ++i) {
    for (std::size_t in = 0; in < std::size_t{RefinementNetwork::inputs}; ++in) {
      input[i * RefinementNetwork::inputs + in] = static_cast<std::int8_t>(in == 2 ? i : 127);
    }
  }
  for (int dy : {-3, 0, 2}) {
    for (int dx : {-2, 0, 3}) {
      const auto net = silent();
      net->weights1[4 * RefinementNetwork::inputs + 2] =
          2;                      // channel 0: input 2 in the middle of the 3 x 3 taps
      net->weights2[4 * 32] = 2;  // channel 0 from channel 0, likewise
      net->weights3[static_cast<std::size_t>((3 + dy) * 7 + 3 + dx) * 32] = 2;
      EXPECT_EQ(network_answer(*net, input), (PatchOffset{(5 + dy) * 11 + 5 + dx, 0}));
    }
  }
}

TEST(RefineLandmark, LimitsAnswersToOnePatchPixel) {
  const auto net = silent();
  net->bias3 = {1 << 20, -(1 << 20)};
  EXPECT_EQ(network_answer(*net, {}), (PatchOffset{offset_steps, -offset_steps}));
  EXPECT_EQ(refine_landmark({}, {}, *net), (PatchOffset{offset_steps, -offset_steps}));
  net->bias3 = {5, -5};  // halves round up: 5/2 + 1/2 = 3, -5/2 + 1/2 = -2
  EXPECT_EQ(network_answer(*net, {}), (PatchOffset{3, -2}));
}

}  // namespace
}  // namespace ffbench::reference
