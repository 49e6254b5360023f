#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/geometry.hpp"
#include "harness/operators/plane.hpp"

namespace ffbench::operators {

/// Draws parameters from a seed, the same on every machine.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : seed_(seed) {}

  std::uint64_t next() { return mixed(seed_, ++drawn_); }
  /// A whole number from `low` to `high`, both included.
  int integer(int low, int high) {
    return low + static_cast<int>(next() % (static_cast<std::uint64_t>(high - low) + 1));
  }
  /// A number from `low` to `high` in steps of a 65536th of the range.
  float real(float low, float high) {
    return low + (high - low) * (static_cast<float>(next() & 0xffff) / 65536.0F);
  }
  bool one_in(int n) { return integer(1, n) == 1; }
  Content content() { return static_cast<Content>(integer(0, 4)); }
  /// Sizes around the widths of vectors, tiles and chunks, and now and then any other up to
  /// `largest`.
  int size(int largest);
  /// 0, or some bytes.
  int padding() { return one_in(2) ? 0 : integer(1, 37); }
  /// Mostly similarities; also flips, shears, collapsed, huge and not finite ones. Maps about the
  /// middle of an image of `from` pixels to about the middle of one of `to` pixels.
  AffineF map(int from_width, int from_height, int to_width, int to_height);

 private:
  std::uint64_t seed_;
  std::uint64_t drawn_ = 0;
};

/// A map and what is special about it.
struct NamedMap {
  std::string name;
  AffineF map;
};

/// The map that turns by `cosine`, `sine` and scales about the middles of two images.
AffineF about_middle(double cosine, double sine, double scale, int from_width, int from_height, int to_width,
                     int to_height);

/// The special maps between an output of `from` pixels and an input of `to` pixels: identity,
/// half-pixel shifts, rotations, scales from 0.01 to 10, flips, shears, collapsed and not finite
/// ones, and ones that lie wholly outside.
std::vector<NamedMap> hostile_maps(int from_width, int from_height, int to_width, int to_height);

/// One either side of vector widths, and odd ones.
const std::vector<int>& hostile_sizes();

}  // namespace ffbench::operators
