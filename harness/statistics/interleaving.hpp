#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ffbench::statistics {

enum class Arm { base, head };

/// The four runs of a quad: ABBA or BAAB, A being the base. Each half is a pair, one of them base
/// first and one head first, so that a linear drift and the disadvantage of running second cancel
/// within the quad.
using Quad = std::array<Arm, 4>;

/// The coin of a quad: the same seed, key (fixture and pipeline) and number give the same order on
/// every machine.
inline Quad quad_order(std::uint64_t seed, std::string_view key, int number) {
  // FNV-1a over the key, then the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
  std::uint64_t state = 0xCBF29CE484222325U ^ seed;
  for (const char c : key) {
    state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  state += 0x9E3779B97F4A7C15U * (static_cast<std::uint64_t>(number) + 1);
  state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9U;
  state = (state ^ (state >> 27)) * 0x94D049BB133111EBU;
  state ^= state >> 31;
  return (state & 1U) == 0 ? Quad{Arm::base, Arm::head, Arm::head, Arm::base}
                           : Quad{Arm::head, Arm::base, Arm::base, Arm::head};
}

}  // namespace ffbench::statistics
