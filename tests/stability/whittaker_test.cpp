// Penalised least squares: what it keeps, what it removes, and what it follows.

#include "stability/whittaker.hpp"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/numeric/math.hpp"
#include "tests/support/noise.hpp"

namespace ffbench::stability {
namespace {

std::vector<double> ones(std::size_t n) {
  return std::vector<double>(n, 1.0);
}

double rms(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += (a[i] - b[i]) * (a[i] - b[i]);
  }
  return std::sqrt(sum / static_cast<double>(a.size()));
}

RC_GTEST_PROP(Whittaker, APolynomialBelowItsOrderStaysAsItIs, ()) {
  const int order = *rc::gen::inRange(1, whittaker_highest_order + 1);
  std::vector<double> samples;
  for (int t = 0; t < 40; ++t) {
    double value = 0;
    for (int power = 0; power < order; ++power) {
      value = value * (t - 20) / 20 + 3 - power;
    }
    samples.push_back(value);
  }
  const WhittakerFit fit = whittaker(samples, ones(40), {}, order, 1 << *rc::gen::inRange(0, 20));
  for (std::size_t t = 0; t < 40; ++t) {
    RC_ASSERT(std::abs(fit.values[t] - samples[t]) < 1e-7);
  }
}

TEST(Whittaker, SolvesItsNormalEquations) {
  const std::vector<double> samples = test::noise(30, 1);
  std::vector<double> weights = ones(30);
  weights[7] = 0;
  weights[20] = 0.3;
  const WhittakerFit fit = whittaker(samples, weights, {}, 2, 5);
  for (std::size_t t = 0; t < 30; ++t) {
    double gradient = weights[t] * (fit.values[t] - samples[t]);
    for (std::size_t j = t < 2 ? 0 : t - 2; j <= t && j + 2 < 30; ++j) {
      const double difference = fit.values[j] - 2 * fit.values[j + 1] + fit.values[j + 2];
      gradient += 5 * difference * (t - j == 1 ? -2 : 1);
    }
    EXPECT_NEAR(gradient, 0, 1e-10) << t;
  }
}

TEST(Whittaker, ItsFreedomIsTheTraceOfItsMap) {
  double trace = 0;
  for (std::size_t t = 0; t < 25; ++t) {
    std::vector<double> unit(25, 0.0);
    unit[t] = 1;
    trace += whittaker(unit, ones(25), {}, 3, 40).values[t];
  }
  EXPECT_NEAR(whittaker(std::vector<double>(25, 1.0), ones(25), {}, 3, 40).freedom, trace, 1e-9);
}

TEST(WhittakerChoice, RemovesMostOfTheNoiseOfAStillFace) {
  std::vector<double> samples = test::noise(100, 2);
  for (double& s : samples) {
    s = 500 + 0.5 * s;
  }
  const WhittakerFit fit = whittaker_by_cross_validation(samples, ones(100), {});
  EXPECT_LT(rms(fit.values, std::vector<double>(100, 500.0)), 0.15);
}

TEST(WhittakerChoice, FollowsAQuickSwingWithoutLag) {
  std::vector<double> samples = test::noise(100, 3);
  std::vector<double> truth;
  for (std::size_t t = 0; t < 100; ++t) {
    truth.push_back(40 * math::sincos(0.3 * static_cast<double>(t)).sin);
    samples[t] = truth[t] + 0.3 * samples[t];
  }
  const WhittakerFit fit = whittaker_by_cross_validation(samples, ones(100), {});
  EXPECT_LT(rms(fit.values, truth), 0.25);
  double along = 0;
  double squares = 0;
  for (std::size_t t = 1; t < 100; ++t) {
    along += (fit.values[t] - truth[t]) * (truth[t - 1] - truth[t]);
    squares += (truth[t - 1] - truth[t]) * (truth[t - 1] - truth[t]);
  }
  EXPECT_LT(std::abs(along / squares), 0.02);
}

TEST(WhittakerChoice, ALoneOutlierMovesLittle) {
  std::vector<double> samples = test::noise(60, 4);
  for (double& s : samples) {
    s *= 0.2;
  }
  std::vector<double> spoilt = samples;
  spoilt[30] += 8;
  const std::vector<double> clean = whittaker_by_cross_validation(samples, ones(60), {}).values;
  const std::vector<double> robust = whittaker_by_cross_validation(spoilt, ones(60), {}).values;
  EXPECT_LT(std::abs(robust[30] - clean[30]), 0.25);
}

TEST(WhittakerChoice, ABlinkIsFollowedWhereFarSamplesAreNoNoise) {
  std::vector<double> samples = test::noise(80, 5);
  for (double& s : samples) {
    s *= 0.3;
  }
  samples[40] += 20;
  samples[41] += 26;
  samples[42] += 12;
  WhittakerChoice choice;
  choice.far_is_noise = false;
  EXPECT_NEAR(whittaker_by_cross_validation(samples, ones(80), choice).values[41], samples[41], 2);
  choice.far_is_noise = true;
  EXPECT_LT(whittaker_by_cross_validation(samples, ones(80), choice).values[41], samples[41] - 3);
}

TEST(WhittakerChoice, FillsInWhatIsMissing) {
  std::vector<double> samples;
  std::vector<double> weights = ones(50);
  for (int t = 0; t < 50; ++t) {
    samples.push_back(2.0 * t);
  }
  for (std::size_t t : {20U, 21U, 22U}) {
    samples[t] = 1e6;
    weights[t] = 0;
  }
  const WhittakerFit fit = whittaker_by_cross_validation(samples, weights, {});
  for (std::size_t t = 0; t < 50; ++t) {
    EXPECT_NEAR(fit.values[t], 2.0 * static_cast<double>(t), 1e-6) << t;
  }
}

}  // namespace
}  // namespace ffbench::stability
