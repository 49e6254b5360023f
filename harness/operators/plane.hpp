#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/image.hpp"

namespace ffbench::operators {

/// What a plane is filled with. All depend on the seed alone.
enum class Content {
  random,    ///< independent bytes, the worst case for gathers
  near_min,  ///< 0 to 3: differences that vanish, gains that do nothing
  near_max,  ///< 252 to 255: sums that overflow, values that saturate
  extremes,  ///< 0 or 255: the largest differences between neighbours
  smooth,    ///< slopes, as in pictures: every fraction of a level occurs
};

std::string name_of(Content content);

/// Bytes of one input or output of an operator: rows of pixels with padding between them and guards
/// before and after. Guards and padding hold a pattern that must not be changed and, under
/// AddressSanitizer, must not be read.
class Plane {
 public:
  Plane() = default;

  /// `padding` bytes follow every row. The pixels are filled as `content` says.
  Plane(std::string name, int width, int height, int channels, int padding, Content content,
        std::uint64_t seed);

  /// An output that is not a picture: `bytes` in one row.
  Plane(std::string name, int bytes);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] int channels() const { return channels_; }
  [[nodiscard]] std::size_t pixel_bytes() const { return row_bytes() * static_cast<std::size_t>(height_); }
  [[nodiscard]] std::uint8_t* pixels() { return bytes_.data() + guard; }
  [[nodiscard]] std::ptrdiff_t stride() const { return static_cast<std::ptrdiff_t>(stride_); }

  /// Views of the pixels; `bgr` needs 3 channels, `mask` 1.
  [[nodiscard]] BgrView bgr() { return {pixels(), width_, height_, stride()}; }
  [[nodiscard]] MaskView mask() { return {pixels(), width_, height_, stride()}; }

  /// Copies a value's bytes to the start of an output made for them.
  void assign(const void* data, std::size_t bytes);

  /// Everything: guards, pixels, padding.
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return bytes_; }
  void restore(const std::vector<std::uint8_t>& bytes);

  /// Where a byte of `bytes()` lies. `x` is -1 in guards and padding.
  struct Place {
    int x = -1;
    int y = -1;
    int channel = 0;
  };
  [[nodiscard]] Place place_of(std::size_t index) const;

  /// Forbids (and allows again) any access to guards and padding under AddressSanitizer; no effect
  /// elsewhere.
  void protect() const;
  void unprotect() const;

 private:
  static constexpr std::size_t guard = 64;
  [[nodiscard]] std::size_t row_bytes() const {
    return static_cast<std::size_t>(width_) * static_cast<std::size_t>(channels_);
  }

  std::string name_;
  int width_ = 0;
  int height_ = 0;
  int channels_ = 1;
  std::size_t stride_ = 0;
  std::vector<std::uint8_t> bytes_;
};

/// A well mixed 64-bit number that depends on its arguments alone.
std::uint64_t mixed(std::uint64_t seed, std::uint64_t index);

}  // namespace ffbench::operators
