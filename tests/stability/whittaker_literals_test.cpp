// Penalised least squares in numbers: computed from the definition with dense matrices (their
// inverse by elimination, the trace from its diagonal), outside of this program.

#include <array>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

#include "stability/whittaker.hpp"

namespace ffbench::stability {
namespace {

/// (37 t) mod 23: whole numbers without order.
int scattered(int t) {
  return t * 37 % 23;
}

struct Series {
  std::vector<double> samples;
  std::vector<double> weights;
};

/// 24 samples, every fourth missing but the first.
Series short_series() {
  Series series;
  for (int t = 0; t < 24; ++t) {
    series.samples.push_back(scattered(t) + 0.5 * t);
    series.weights.push_back(t == 0 ? 1 : t * 5 % 4 / 4.0);
  }
  return series;
}

/// A cubic with scatter of 0.2, an outlier at 17, missing samples at 5 and 6.
Series long_series() {
  Series series;
  for (int t = 0; t < 40; ++t) {
    series.samples.push_back(10.0 * t * t / 300 - t * t * t / 4000.0 + 0.01 * scattered(t));
    series.weights.push_back(1);
  }
  series.samples[17] += 6;
  series.weights[5] = series.weights[6] = 0;
  series.weights[30] = 0.25;
  return series;
}

TEST(WhittakerLiterals, OfEveryOrder) {
  struct Row {
    int order;
    double freedom;
    std::array<double, 6> values;  ///< at 0, 1, 7, 12, 22, 23
  };
  const std::array<Row, 4> rows{{
      {1,
       4.175636891817,
       {6.6307693241, 8.8410257655, 12.8650532617, 16.9273362036, 18.8469035298, 17.6224196082}},
      {2,
       5.813967158332,
       {2.7863468209, 6.9402267720, 13.2055897947, 17.1885993257, 18.3571426678, 14.9918046547}},
      {3,
       6.910701614079,
       {0.8677535032, 7.8665059550, 12.2856265282, 17.2902924338, 19.4678034990, 12.5825369808}},
      {4,
       7.785613161763,
       {0.1717077078, 8.8005661687, 11.2395090434, 18.4617377479, 21.1797560180, 11.2714076048}},
  }};
  const Series series = short_series();
  for (const Row& row : rows) {
    std::vector<double> roughness;
    for (int t = 0; t < 24 - row.order; ++t) {
      roughness.push_back(1 + t * 3 % 5 / 4.0);
    }
    const WhittakerFit fit = whittaker(series.samples, series.weights, roughness, row.order, 3);
    EXPECT_EQ(fit.penalty, 3);
    EXPECT_NEAR(fit.freedom, row.freedom, 1e-10) << row.order;
    const std::array<std::size_t, 6> places{0, 1, 7, 12, 22, 23};
    for (std::size_t i = 0; i < places.size(); ++i) {
      EXPECT_NEAR(fit.values[places[i]], row.values[i], 1e-8) << "order " << row.order << " at " << places[i];
    }
  }
}

TEST(WhittakerLiterals, OfARow) {
  const std::vector<double> row = whittaker_row(short_series().weights, 2, 0.75, 9);
  EXPECT_NEAR(row[0], 0.003689010369, 1e-11);
  EXPECT_NEAR(row[6], 0.046879208448, 1e-11);
  EXPECT_EQ(row[8], 0);
  EXPECT_NEAR(row[9], 0.257422339614, 1e-11);
  EXPECT_NEAR(row[10], 0.317988340973, 1e-11);
  EXPECT_NEAR(row[11], 0.183721393578, 1e-11);
  EXPECT_NEAR(row[23], -0.000044420868, 1e-11);
}

void expect_choice(const Series& series, const WhittakerChoice& choice, double penalty, double freedom,
                   double score, const std::vector<std::size_t>& places, const std::vector<double>& values) {
  const WhittakerFit fit = whittaker_by_cross_validation(series.samples, series.weights, choice);
  EXPECT_EQ(fit.penalty, penalty);
  EXPECT_NEAR(fit.freedom, freedom, 1e-6);
  EXPECT_NEAR(fit.score, score, 1e-6);
  for (std::size_t i = 0; i < places.size(); ++i) {
    EXPECT_NEAR(fit.values[places[i]], values[i], 1e-6) << places[i];
  }
}

TEST(WhittakerLiterals, OfThePenaltyThatCrossValidationChooses) {
  const std::vector<std::size_t> places{0, 5, 16, 17, 18, 30, 39};
  // What is far is noise: it loses weight once.
  expect_choice(
      long_series(), {}, 131072, 3.3742440063, 1.1073179601, places,
      {-0.390510647, 1.029277315, 7.834682183, 8.694859347, 9.593179108, 23.149422118, 36.416247090});
  // The best of three orders.
  expect_choice(
      long_series(), {2, 4, 1.3, 0, true}, 262144, 3.2193213944, 1.15066463313, places,
      {-0.463743584, 1.042467054, 7.860080348, 8.713159814, 9.603874029, 23.108438430, 36.489778671});
  // What is far is motion: the penalty is lowered about it until it is followed.
  expect_choice(
      long_series(), {3, 3, 1.3, 3, false}, 0.25, 23.7064587172, 1.03085140815, places,
      {0.012928780, 0.889858383, 7.728050515, 14.396508029, 9.650591840, 23.396948034, 36.015197161});
  // A random walk.
  expect_choice(
      long_series(), {1, 1, 1.2, 0, true}, 2, 12.7024656884, 1.6394229019, places,
      {0.161838653, 1.146009383, 8.039129869, 9.180502008, 9.877359094, 23.421941590, 33.969789596});
}

TEST(WhittakerLiterals, OfAStepThatIsFollowed) {
  Series series;
  for (int t = 0; t < 40; ++t) {
    series.samples.push_back((t < 20 ? 0 : 8) + 0.05 * scattered(t));
    series.weights.push_back(1);
  }
  expect_choice(series, {3, 3, 1.3, 3, false}, 8, 13.6000510326, 0.321148086732, {0, 5, 16, 19, 20, 30, 39},
                {0.176791532, 0.525183337, 0.579901566, 1.116046801, 7.814803794, 8.542439205, 8.637109400});
}

TEST(WhittakerLiterals, FewerThanThreeSamplesComeBackAsTheyAre) {
  const std::vector<double> samples{1, 9, 4, 7};
  EXPECT_EQ(whittaker_by_cross_validation(samples, std::vector<double>{1, 0, 0, 1}, {}).values, samples);
  EXPECT_EQ(whittaker_by_cross_validation(samples, std::vector<double>{1, 0, 0, 1}, {}).freedom, 4);
}

}  // namespace
}  // namespace ffbench::stability
