#pragma once

#include <cstdint>
#include <string_view>

/// Counter-based random numbers: a number depends on its key and counter alone, never on what was
/// drawn before.
namespace ffbench::synthetic {

/// The finaliser of SplitMix64.
constexpr std::uint64_t mix_bits(std::uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9U;
  x ^= x >> 27;
  x *= 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// FNV-1a of the text, mixed: the key of a named stream of random numbers.
constexpr std::uint64_t key_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return mix_bits(hash);
}

/// A stream of random numbers, read at any place.
class RandomStream {
 public:
  explicit constexpr RandomStream(std::uint64_t key) : key_(mix_bits(key + 0x9e3779b97f4a7c15U)) {}

  /// An independent stream for item `index`.
  [[nodiscard]] constexpr RandomStream substream(std::uint64_t index) const {
    return RandomStream(key_ ^ mix_bits(index * 0xd1342543de82ef95U + 1));
  }
  [[nodiscard]] constexpr std::uint64_t bits(std::uint64_t counter) const {
    return mix_bits(key_ + counter * 0x9e3779b97f4a7c15U);
  }
  /// In [0, 1).
  [[nodiscard]] constexpr double uniform(std::uint64_t counter) const {
    return static_cast<double>(bits(counter) >> 11) * (1.0 / 9007199254740992.0);
  }
  /// Mean 0, variance 1: twelve uniform numbers less six (Irwin-Hall), so never beyond 6; excess
  /// kurtosis -0.1.
  [[nodiscard]] constexpr double gaussian(std::uint64_t counter) const {
    double sum = -6;
    for (std::uint64_t i = 0; i < 12; ++i) {
      sum += uniform(counter * 12 + i);
    }
    return sum;
  }

 private:
  std::uint64_t key_;
};

}  // namespace ffbench::synthetic
