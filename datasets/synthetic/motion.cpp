#include "datasets/synthetic/motion.hpp"

#include <cmath>

#include "datasets/synthetic/random.hpp"
#include "datasets/synthetic/value_noise.hpp"

namespace ffbench::synthetic {
namespace {

constexpr RandomStream phases(0x6d6f74696f6eU);

/// One blink in every stretch of 2.6 seconds, at a random time of it: closes in 80 ms, opens in
/// 160.
double blinking(double seconds, int seed) {
  constexpr double stretch = 2.6;
  const double which = std::floor(seconds / stretch);
  const double start = 0.2 + 1.9 * phases.substream(static_cast<std::uint64_t>(seed))
                                       .uniform(static_cast<std::uint64_t>(which + 1000));
  const double t = seconds - which * stretch - start;
  return smooth_step(0, 0.08, t) * (1 - smooth_step(0.12, 0.28, t));
}

}  // namespace

double wander(double seconds, double period, int seed) {
  const RandomStream stream = phases.substream(static_cast<std::uint64_t>(seed) + 77);
  const double w = 2 * pi / period;
  return 0.55 * sine(w * seconds + 2 * pi * stream.uniform(0)) +
         0.28 * sine(1.618 * w * seconds + 2 * pi * stream.uniform(1)) +
         0.17 * sine(2.718 * w * seconds + 2 * pi * stream.uniform(2));
}

Expression listening(double seconds, int seed) {
  Expression e;
  e.blink = blinking(seconds, seed);
  e.brow = 0.35 * wander(seconds, 3.7, seed + 11);
  e.gaze_x = 0.12 * wander(seconds, 4.1, seed + 12);
  e.gaze_y = 0.05 * wander(seconds, 3.1, seed + 13);
  e.smile = 0.18 + 0.12 * wander(seconds, 5.3, seed + 14);
  return e;
}

Expression speaking(double seconds, int seed) {
  Expression e = listening(seconds, seed);
  // Syllables at about four a second, in phrases with pauses.
  const double phrase =
      smooth_step(0.18, 0.42, value_noise(static_cast<std::uint64_t>(seed) + 901, seconds * 1.3, 0.5));
  const double syllable = value_noise(static_cast<std::uint64_t>(seed) + 902, seconds * 8.2, 0.5);
  e.mouth_open = clamp(phrase * (1.25 * syllable - 0.10), 0, 1);
  e.mouth_wide = 0.8 * wander(seconds, 0.71, seed + 15) * phrase;
  e.brow = 0.7 * wander(seconds, 1.9, seed + 16);
  return e;
}

}  // namespace ffbench::synthetic
