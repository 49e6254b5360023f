#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ffbench::statistics {

/// What is decided on one pipeline and fixture. `undecided` is the state before the last look.
enum class Verdict { pass, fail, inconclusive, invalid, undecided };

inline constexpr std::array<std::string_view, 5> verdict_names{"pass", "fail", "inconclusive", "invalid",
                                                               "undecided"};
constexpr std::string_view name_of(Verdict verdict) {
  return verdict_names[static_cast<std::size_t>(verdict)];
}

/// The procedure's constants (docs/statistics.md).
struct Procedure {
  double tolerance = 0.01;  ///< a slow-down up to this is none
  double target = 0.03;     ///< a slow-down of this must be found
  double alpha = 0.005;     ///< of a false FAIL, over all looks and the whole family
  double beta = 0.05;       ///< of a false PASS at the target, over all looks of one figure
  std::array<int, 3> looks{16, 32, 64};
  double most_voided = 0.1;  ///< of all pairs
  int family = 1;            ///< figures that are gated together
};

/// The largest family for which the first look has a lower bound at all (109 with the constants
/// above).
int largest_family(const Procedure& procedure);

/// The first look at which a figure of such a family can fail: the smallest probability that n
/// pairs reach is 2^-n. The last look where none can.
int first_useful_look(const Procedure& procedure);

/// The standard deviation of values (n - 1 in the denominator); 0 of fewer than two.
double standard_deviation(std::span<const double> values);

/// What `pairs` differences d = ln t_head - ln t_base say. All are logarithms of ratios.
struct Estimate {
  int pairs = 0;
  double centre = 0;  ///< Hodges-Lehmann
  /// One-sided bound at alpha / (3 F); empty where so few pairs give none
  std::optional<double> lower;
  std::optional<double> upper;  ///< one-sided bound at beta / 3
  double sigma = 0;             ///< standard deviation of the differences
  /// The slow-down that so many pairs would have found with probability 0.9:
  /// ln(1 + tolerance) + (z_alpha + z_0.9) 1.02 sigma / sqrt(pairs).
  double detectable = 0;
};

/// Throws `Error` for an empty span or one that is not finite.
Estimate estimate(std::span<const double> differences, const Procedure& procedure);

struct Decision {
  Verdict verdict = Verdict::undecided;
  Estimate at;  ///< at the look that decided, else of all pairs
};

/// Looks at the first 16, 32 and 64 differences in turn, beginning with `first_useful_look`, and at
/// nothing in between: the same stored pairs give the same verdict, whenever they are looked at.
/// `voided` counts the pairs that the environment voided among those measured.
Decision decide(std::span<const double> differences, int voided, const Procedure& procedure);

}  // namespace ffbench::statistics
