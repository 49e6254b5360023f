#pragma once

#include <cmath>
#include <cstdint>

#include "datasets/synthetic/random.hpp"

namespace ffbench::synthetic {

/// Smooth noise in [0, 1] with a lattice of step 1: random values at whole coordinates, blended by
/// cubics.
inline double value_noise(std::uint64_t seed, double x, double y) {
  const double fx = std::floor(x);
  const double fy = std::floor(y);
  const auto ix = static_cast<std::uint32_t>(static_cast<std::int32_t>(fx));
  const auto iy = static_cast<std::uint32_t>(static_cast<std::int32_t>(fy));
  const auto at = [&](std::uint32_t dx, std::uint32_t dy) {
    const std::uint64_t place = (static_cast<std::uint64_t>(ix + dx) << 32U) | (iy + dy);
    return static_cast<double>(mix_bits(place * 0x9e3779b97f4a7c15U + seed) >> 40) * (1.0 / 16777216.0);
  };
  double tx = x - fx;
  double ty = y - fy;
  tx = tx * tx * (3 - 2 * tx);
  ty = ty * ty * (3 - 2 * ty);
  const double a = at(0, 0);
  const double b = at(1, 0);
  const double c = at(0, 1);
  const double d = at(1, 1);
  const double top = a + (b - a) * tx;
  return top + (c + (d - c) * tx - top) * ty;
}

/// Sum of octaves of value noise, each twice as fine and `gain` as strong; in [0, 1], mean 0.5.
inline double fractal_noise(std::uint64_t seed, double x, double y, int octaves, double gain = 0.5) {
  double sum = 0;
  double weight = 1;
  double total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * value_noise(seed + static_cast<std::uint64_t>(i) * 0x632be59bd9b4e019U, x, y);
    total += weight;
    weight *= gain;
    x = 2 * x + 17.3;
    y = 2 * y - 9.1;
  }
  return sum / total;
}

}  // namespace ffbench::synthetic
