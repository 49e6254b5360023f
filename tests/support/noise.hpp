#pragma once

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace ffbench::test {

/// Standard normal numbers, the same on every machine (Box and Muller over std::mt19937_64).
inline std::vector<double> noise(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&random] { return (static_cast<double>(random() >> 11) + 0.5) / 9007199254740992.0; };
  std::vector<double> values;
  for (std::size_t i = 0; i < count; ++i) {
    const double length = std::sqrt(-2 * std::log(uniform()));
    values.push_back(length * std::cos(6.283185307179586 * uniform()));
  }
  return values;
}

}  // namespace ffbench::test
