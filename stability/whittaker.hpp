#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace ffbench::stability {

/// A series smoothed by penalised least squares.
struct WhittakerFit {
  std::vector<double> values;
  double penalty = 0;  ///< the factor lambda of the penalty
  /// Trace of the map from samples to values: how many numbers the fit could choose
  double freedom = 0;
  double score = 0;  ///< generalised cross-validation; smaller is better
};

/// The highest order of differences that is penalised.
inline constexpr int whittaker_highest_order = 4;

/// The smoother of Whittaker (1922) and Eilers (2003): the y that minimises
///
///     sum_t w_t (z_t - y_t)^2 + lambda * sum_t v_t (D^d y)_t^2
///
/// with D^d the differences of order d. Samples of weight 0 are missing and are filled in; at least
/// d weights are above 0. `roughness` are the n - d weights v_t >= 0 of the penalty; empty: all 1.
/// Solved by an L D L' factorisation of the banded matrix in time proportional to n; the trace from
/// the band of its inverse (Hutchinson and de Hoog 1985). 1 <= order <= whittaker_highest_order, n
/// > order, lambda > 0.
WhittakerFit whittaker(std::span<const double> samples, std::span<const double> weights,
                       std::span<const double> roughness, int order, double lambda);

/// The weights by which the value `at` is made of the samples: one row of the map of `whittaker`
/// (symmetric up to the weights). At least `order` weights are above 0.
std::vector<double> whittaker_row(std::span<const double> weights, int order, double lambda, std::size_t at);

/// How the penalty of a series is chosen.
struct WhittakerChoice {
  int lowest_order = 3;
  int highest_order = 3;
  /// What a degree of freedom costs in the generalised cross-validation n * RSS / (n - cost *
  /// freedom)^2 (Craven and Wahba 1979); above 1 the choice errs on the smooth side, which short
  /// and correlated series need.
  double cost = 1.1;
  /// Rounds in which the penalty is lowered where the motion changes, and the choice made again; 0:
  /// the same everywhere.
  int adaptive_rounds = 0;
  /// What to make of samples far from the fit: noise, which loses weight, or motion too quick for
  /// the penalty, which is then lowered about them.
  bool far_is_noise = true;
};

/// The fit with the best score over a fixed grid of penalties (powers of two) and the orders of
/// `choice`. Samples far from the fit are then dealt with as `far_is_noise` says and the fit is
/// made again. Series of fewer than three samples come back as they are.
WhittakerFit whittaker_by_cross_validation(std::span<const double> samples, std::span<const double> weights,
                                           const WhittakerChoice& choice);

}  // namespace ffbench::stability
