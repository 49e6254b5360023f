#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/image.hpp"

namespace ffbench {

/// A 128-bit XXH3 digest; printed as 32 hexadecimal digits, high half first.
struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  [[nodiscard]] std::string hex() const;
  friend bool operator==(const Digest&, const Digest&) = default;
};

/// Accumulates bytes into an XXH3-128 digest. The digest depends on the bytes alone, not on how
/// calls split them.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  void update(const void* data, std::size_t bytes);

  /// Hashes the pixels row by row, without padding.
  template <typename T, int Channels>
  void update(ImageView<T, Channels> view) {
    for (int y = 0; y < view.height; ++y) {
      update(view.row(y), view.row_bytes());
    }
  }

  [[nodiscard]] Digest digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Digest digest_of(const void* data, std::size_t bytes);

template <typename T, int Channels>
Digest digest_of(ImageView<T, Channels> view) {
  Hasher hasher;
  hasher.update(view);
  return hasher.digest();
}

}  // namespace ffbench
