#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "harness/statistics/interleaving.hpp"

namespace ffbench::statistics::test {

/// A machine that runtimes are measured on. All figures are of ln t.
struct Regime {
  const char* name;
  double noise;          ///< standard deviation of one run
  double drift;          ///< of the steps of an AR(1) drift
  double persistence;    ///< of that drift from run to run
  double ramp;           ///< by which every run is slower than the one before
  double slot;           ///< by which the second run of a pair is slower than the first
  double outlier_share;  ///< of runs that something else delays
  double outlier_mean;   ///< the mean delay, exponentially distributed
};

/// sigma_d = sqrt(2) 0.5 % = 0.7 %.
inline constexpr Regime quiet{"quiet", 0.005, 0, 0, 0, 0, 0, 0};
/// sigma_d = 2.4 %, of noise alone.
inline constexpr Regime plain{"plain", 0.017, 0, 0, 0, 0, 0, 0};
/// sigma_d = 2.4 % over all: noise, drift, slot effect and outliers together (checked by a test).
inline constexpr Regime shared{"shared", 0.0125, 0.003, 0.95, 0.0004, 0.01, 0.02, 0.05};

/// Times of runs, one after another. Own normal and exponential variates: those of the standard
/// library differ between implementations.
class Machine {
 public:
  Machine(const Regime& regime, std::uint64_t seed) : regime_(regime), bits_(seed) {}

  /// ln t of a run whose true value is `effect`; `second` of its pair.
  double run(double effect, bool second) {
    drift_ = regime_.persistence * drift_ + regime_.drift * normal();
    ramp_ += regime_.ramp;
    double value = effect + regime_.noise * normal() + drift_ + ramp_ + (second ? regime_.slot : 0);
    if (uniform() < regime_.outlier_share) {
      value -= regime_.outlier_mean * std::log(uniform());
    }
    return value;
  }

 private:
  /// In (0, 1].
  double uniform() { return (static_cast<double>(bits_() >> 11U) + 1) / 9007199254740992.0; }
  double normal() { return std::sqrt(-2 * std::log(uniform())) * std::cos(6.283185307179586 * uniform()); }

  Regime regime_;
  std::mt19937_64 bits_;
  double drift_ = 0;
  double ramp_ = 0;
};

}  // namespace ffbench::statistics::test
