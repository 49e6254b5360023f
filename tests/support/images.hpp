#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/image.hpp"

namespace ffbench::test {

/// A small, well mixed generator whose values depend on the seed and the index alone.
inline std::uint32_t mixed(std::uint32_t seed, std::uint32_t index) {
  std::uint64_t z = (std::uint64_t{seed} << 32 | index) + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 16);
}

/// An image of independent random values from `low` to `high`.
template <int Channels>
Image<std::uint8_t, Channels> random_image(int width, int height, std::uint32_t seed, int low = 0,
                                           int high = 255) {
  Image<std::uint8_t, Channels> image(width, height);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] =
        static_cast<std::uint8_t>(low + static_cast<int>(mixed(seed, static_cast<std::uint32_t>(i)) %
                                                         static_cast<std::uint32_t>(high - low + 1)));
  }
  return image;
}

inline BgrImage noise_image(int width, int height, std::uint32_t seed, int low = 0, int high = 255) {
  return random_image<3>(width, height, seed, low, high);
}

/// A square mask of one value.
inline MaskImage filled_mask(int size, std::uint8_t value) {
  MaskImage mask(size, size);
  std::fill_n(mask.data(), mask.size_bytes(), value);
  return mask;
}

/// An image with padded rows, surrounded by guard bytes; everything is poisoned until written.
template <typename T, int Channels>
class GuardedImage {
 public:
  GuardedImage(int width, int height, int padding_bytes)
      : width_(width),
        height_(height),
        stride_(static_cast<std::size_t>(width) * Channels * sizeof(T) +
                static_cast<std::size_t>(padding_bytes)),
        bytes_(stride_ * static_cast<std::size_t>(height) + 2 * guard, poison) {}

  ImageView<T, Channels> view() {
    return {reinterpret_cast<T*>(bytes_.data() + guard), width_, height_,
            static_cast<std::ptrdiff_t>(stride_)};
  }

  Image<T, Channels> copy() {
    Image<T, Channels> image(width_, height_);
    copy_pixels<T, Channels>(view(), image.view());
    return image;
  }

  /// True while no byte outside the pixels has changed.
  [[nodiscard]] bool guards_intact() {
    const std::size_t row = static_cast<std::size_t>(width_) * Channels * sizeof(T);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      const bool pixel = i >= guard && i < bytes_.size() - guard && (i - guard) % stride_ < row;
      if (!pixel && bytes_[i] != poison) {
        return false;
      }
    }
    return true;
  }

 private:
  static constexpr std::size_t guard = 64;
  static constexpr unsigned char poison = 0xa5;
  int width_;
  int height_;
  std::size_t stride_;
  std::vector<unsigned char> bytes_;
};

}  // namespace ffbench::test
