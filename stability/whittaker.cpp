#include "stability/whittaker.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "core/numeric/median.hpp"

namespace ffbench::stability {
namespace {

constexpr int lowest_exponent = -10;
constexpr int highest_exponent = 26;
/// A fit may not choose nearly as many numbers as there are samples: cross-validation is blind
/// there.
constexpr double largest_freedom_share = 0.9;
/// A sample this many robust standard deviations away is far (Huber).
constexpr double far_deviations = 3.0;
/// The standard deviation of a normal distribution over its median absolute deviation.
constexpr double deviation_per_median = 1.4826;
constexpr int relaxing_rounds = 12;
constexpr double least_roughness = 1e-6;

using Band = std::array<double, whittaker_highest_order + 1>;

/// The coefficients of the difference of that order, the latest sample first.
Band difference(int order) {
  Band c{};
  c[0] = 1;
  for (int k = 1; k <= order; ++k) {
    for (int i = k; i > 0; --i) {
      c[static_cast<std::size_t>(i)] -= c[static_cast<std::size_t>(i - 1)];
    }
  }
  return c;
}

/// Row i holds A(i, i), A(i, i + 1), ... A(i, i + order).
std::vector<Band> normal_matrix(std::span<const double> weights, std::span<const double> roughness, int order,
                                double lambda) {
  const std::size_t n = weights.size();
  const auto d = static_cast<std::size_t>(order);
  const Band c = difference(order);
  std::vector<Band> a(n, Band{});
  for (std::size_t i = 0; i < n; ++i) {
    a[i][0] = weights[i];
  }
  for (std::size_t t = 0; t + d < n; ++t) {
    const double factor = roughness.empty() ? lambda : lambda * roughness[t];
    for (std::size_t i = 0; i <= d; ++i) {
      for (std::size_t j = i; j <= d; ++j) {
        a[t + i][j - i] += factor * (c[d - i] * c[d - j]);
      }
    }
  }
  return a;
}

/// A = L D L' in place: row i then holds D(i) and L(i + 1, i), ... L(i + order, i).
void factorise(std::vector<Band>& a, std::size_t d) {
  const std::size_t n = a.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double pivot = a[i][0];
    Band l{};
    for (std::size_t j = 1; j <= d && i + j < n; ++j) {
      l[j] = a[i][j] / pivot;
    }
    for (std::size_t j = 1; j <= d && i + j < n; ++j) {
      for (std::size_t k = j; k <= d && i + k < n; ++k) {
        a[i + j][k - j] -= l[j] * a[i][k];
      }
    }
    for (std::size_t j = 1; j <= d; ++j) {
      a[i][j] = l[j];
    }
  }
}

void solve(const std::vector<Band>& factors, std::size_t d, std::vector<double>& x) {
  const std::size_t n = factors.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 1; j <= d && i + j < n; ++j) {
      x[i + j] -= factors[i][j] * x[i];
    }
  }
  for (std::size_t i = n; i-- > 0;) {
    x[i] /= factors[i][0];
    for (std::size_t j = 1; j <= d && i + j < n; ++j) {
      x[i] -= factors[i][j] * x[i + j];
    }
  }
}

/// The diagonal of the inverse, from the last row to the first; only its band is needed on the way.
std::vector<double> inverse_diagonal(const std::vector<Band>& factors, std::size_t d) {
  const std::size_t n = factors.size();
  std::vector<Band> s(n, Band{});
  const auto at = [&s](std::size_t i, std::size_t j) { return i <= j ? s[i][j - i] : s[j][i - j]; };
  std::vector<double> diagonal(n);
  for (std::size_t i = n; i-- > 0;) {
    const std::size_t reach = std::min(d, n - 1 - i);
    for (std::size_t j = reach; j > 0; --j) {
      double sum = 0;
      for (std::size_t k = 1; k <= reach; ++k) {
        sum += factors[i][k] * at(i + k, i + j);
      }
      s[i][j] = -sum;
    }
    double sum = 0;
    for (std::size_t k = 1; k <= reach; ++k) {
      sum += factors[i][k] * s[i][k];
    }
    s[i][0] = 1 / factors[i][0] - sum;
    diagonal[i] = s[i][0];
  }
  return diagonal;
}

struct Series {
  std::span<const double> samples;
  std::vector<double> weights;
};

/// The best fit over the grid of penalties; nothing where none leaves enough samples over.
std::optional<WhittakerFit> best_penalty(const Series& series, std::span<const double> roughness, int order,
                                         double cost) {
  const auto measured = static_cast<double>(
      std::count_if(series.weights.begin(), series.weights.end(), [](double w) { return w > 0; }));
  std::optional<WhittakerFit> best;
  for (int exponent = highest_exponent; exponent >= lowest_exponent; --exponent) {
    const double lambda = exponent >= 0 ? static_cast<double>(1 << exponent) : 1.0 / (1 << -exponent);
    WhittakerFit fit = whittaker(series.samples, series.weights, roughness, order, lambda);
    const double left = measured - cost * fit.freedom;
    if (cost * fit.freedom > largest_freedom_share * measured) {
      break;  // the freedom grows as the penalty falls
    }
    double squares = 0;
    for (std::size_t t = 0; t < series.samples.size(); ++t) {
      const double residual = series.samples[t] - fit.values[t];
      squares += series.weights[t] * residual * residual;
    }
    fit.score = measured * squares / (left * left);
    if (!best || fit.score < best->score) {
      best = std::move(fit);
    }
  }
  return best;
}

/// Weights of the penalty that fall where the fit's differences are large beside their median:
/// where the motion sets in or stops.
std::vector<double> local_roughness(const std::vector<double>& values, int order) {
  const auto d = static_cast<std::size_t>(order);
  const Band c = difference(order);
  std::vector<double> squares(values.size() - d);
  double mean = 0;
  for (std::size_t t = 0; t < squares.size(); ++t) {
    double sum = 0;
    for (std::size_t i = 0; i <= d; ++i) {
      sum += c[d - i] * values[t + i];
    }
    squares[t] = sum * sum;
    mean += squares[t] / static_cast<double>(squares.size());
  }
  std::vector<double> spread(squares.size());
  for (std::size_t t = 0; t < squares.size(); ++t) {
    const double before = squares[t > 0 ? t - 1 : t];
    const double after = squares[std::min(t + 1, squares.size() - 1)];
    spread[t] = squares[t] / 2 + (before + after) / 4;
  }
  const double scale = upper_median(spread) + 1e-3 * mean;
  constexpr double tails = 3;  // degrees of freedom of Student's distribution of the differences
  for (double& s : spread) {
    s = scale > 0 ? std::max((tails + 1) / (tails + s / scale), 1e-3) : 1;
  }
  return spread;
}

/// How far each sample is from the fit, over what noise explains.
std::vector<double> excess_of(const Series& series, const std::vector<double>& values) {
  std::vector<double> distances(values.size(), 0.0);
  std::vector<double> measured;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (series.weights[t] > 0) {
      distances[t] = std::abs(series.samples[t] - values[t]) * std::sqrt(series.weights[t]);
      measured.push_back(distances[t]);
    }
  }
  const double limit = far_deviations * deviation_per_median * upper_median(measured);
  for (double& distance : distances) {
    distance = limit > 0 ? distance / limit : 0;
  }
  return distances;
}

/// Lowers the penalty of the differences that reach over samples in excess.
void relax(const std::vector<double>& excess, int order, std::vector<double>& roughness) {
  for (std::size_t j = 0; j < roughness.size(); ++j) {
    double largest = 1;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(order); ++i) {
      largest = std::max(largest, excess[j + i]);
    }
    roughness[j] = std::max(roughness[j] / std::min(largest * largest, 16.0), least_roughness);
  }
}

}  // namespace

WhittakerFit whittaker(std::span<const double> samples, std::span<const double> weights,
                       std::span<const double> roughness, int order, double lambda) {
  const auto d = static_cast<std::size_t>(order);
  std::vector<Band> factors = normal_matrix(weights, roughness, order, lambda);
  factorise(factors, d);
  WhittakerFit fit;
  fit.penalty = lambda;
  fit.values.resize(samples.size());
  for (std::size_t t = 0; t < samples.size(); ++t) {
    fit.values[t] = weights[t] > 0 ? weights[t] * samples[t] : 0;
  }
  solve(factors, d, fit.values);
  const std::vector<double> diagonal = inverse_diagonal(factors, d);
  for (std::size_t t = 0; t < samples.size(); ++t) {
    fit.freedom += weights[t] * diagonal[t];
  }
  return fit;
}

std::vector<double> whittaker_row(std::span<const double> weights, int order, double lambda, std::size_t at) {
  std::vector<Band> factors = normal_matrix(weights, {}, order, lambda);
  factorise(factors, static_cast<std::size_t>(order));
  std::vector<double> row(weights.size(), 0.0);
  row[at] = 1;
  solve(factors, static_cast<std::size_t>(order), row);
  for (std::size_t t = 0; t < row.size(); ++t) {
    row[t] *= weights[t];
  }
  return row;
}

WhittakerFit whittaker_by_cross_validation(std::span<const double> samples, std::span<const double> weights,
                                           const WhittakerChoice& choice) {
  const std::size_t n = samples.size();
  Series series{samples, {weights.begin(), weights.end()}};
  double offset = 0;
  double total = 0;
  int measured = 0;
  for (std::size_t t = 0; t < n; ++t) {
    if (weights[t] > 0) {
      offset += weights[t] * samples[t];
      total += weights[t];
      ++measured;
    }
  }
  if (measured < 3) {
    return {{samples.begin(), samples.end()}, 0, static_cast<double>(n), 0};
  }
  // About the mean, where numbers are small and rounding hurts least.
  offset /= total;
  std::vector<double> centred(n);
  for (std::size_t t = 0; t < n; ++t) {
    centred[t] = weights[t] > 0 ? samples[t] - offset : 0;
  }
  series.samples = centred;

  std::optional<WhittakerFit> best;
  std::vector<double> best_roughness;
  int best_order = 1;
  const auto consider = [&](const std::optional<WhittakerFit>& fit, const std::vector<double>& roughness,
                            int order) {
    if (fit && (!best || fit->score < best->score)) {
      best = fit;
      best_roughness = roughness;
      best_order = order;
    }
  };
  const int highest = std::min(choice.highest_order, measured - 2);
  const int lowest = std::min(choice.lowest_order, highest);
  for (int order = lowest; order <= highest; ++order) {
    std::optional<WhittakerFit> fit = best_penalty(series, {}, order, choice.cost);
    consider(fit, {}, order);
    for (int round = 0; fit && round < choice.adaptive_rounds; ++round) {
      const std::vector<double> roughness = local_roughness(fit->values, order);
      fit = best_penalty(series, roughness, order, choice.cost);
      consider(fit, roughness, order);
    }
  }
  if (!best) {
    best = whittaker(series.samples, series.weights, {}, lowest, 1);
    best_order = lowest;
  }
  const double score = best->score;
  const double penalty = best->penalty;
  if (best_roughness.empty()) {
    best_roughness.assign(n - static_cast<std::size_t>(best_order), 1.0);
  }
  for (int round = 0; round < (choice.far_is_noise ? 1 : relaxing_rounds); ++round) {
    const std::vector<double> excess = excess_of(series, best->values);
    if (std::all_of(excess.begin(), excess.end(), [](double e) { return e <= 1; })) {
      break;
    }
    if (choice.far_is_noise) {
      for (std::size_t t = 0; t < n; ++t) {
        series.weights[t] /= std::max(excess[t], 1.0);
      }
    } else {
      relax(excess, best_order, best_roughness);
    }
    best = whittaker(series.samples, series.weights, best_roughness, best_order, penalty);
    best->score = score;
  }
  for (double& value : best->values) {
    value += offset;
  }
  return *best;
}

}  // namespace ffbench::stability
