#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <type_traits>
#include <utility>
#include <vector>

namespace ffbench {

/// A view of interleaved pixels that it does not own: `height` rows of `width` pixels of
/// `Channels` elements, rows `stride_bytes` apart. Bytes between the end of a row and the next row
/// are padding and never touched.
template <typename T, int Channels>
struct ImageView {
  using element = T;
  static constexpr int channels = Channels;

  T* data = nullptr;
  int width = 0;
  int height = 0;
  std::ptrdiff_t stride_bytes = 0;

  [[nodiscard]] T* row(int y) const {
    using Byte = std::conditional_t<std::is_const_v<T>, const unsigned char, unsigned char>;
    return reinterpret_cast<T*>(reinterpret_cast<Byte*>(data) + y * stride_bytes);
  }
  [[nodiscard]] T* pixel(int x, int y) const { return row(y) + static_cast<std::ptrdiff_t>(x) * Channels; }
  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
  [[nodiscard]] std::size_t row_bytes() const {
    return static_cast<std::size_t>(width) * Channels * sizeof(T);
  }

  /// The rectangle [x, x + w) x [y, y + h); it must lie inside the view.
  [[nodiscard]] ImageView crop(int x, int y, int w, int h) const { return {pixel(x, y), w, h, stride_bytes}; }

  // NOLINT(google-explicit-constructor): T* to const T*
  operator ImageView<const T, Channels>() const requires(!std::is_const_v<T>) {
    return {data, width, height, stride_bytes};
  }
};

using BgrView = ImageView<std::uint8_t, 3>;
using ConstBgrView = ImageView<const std::uint8_t, 3>;
/// Masks are 8-bit everywhere: 0 is "keep the frame", 255 is "take the crop".
using MaskView = ImageView<std::uint8_t, 1>;
using ConstMaskView = ImageView<const std::uint8_t, 1>;
/// Displacement in pixels to the next frame, (dx, dy) per pixel.
using FlowView = ImageView<float, 2>;
using ConstFlowView = ImageView<const float, 2>;

/// An owned image without padding, zero-filled on construction, whose first byte is 64-byte
/// aligned.
template <typename T, int Channels>
class Image {
 public:
  Image() = default;
  Image(int width, int height)
      : width_(width),
        height_(height),
        pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * Channels) {}

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] bool empty() const { return pixels_.empty(); }
  [[nodiscard]] std::size_t size_bytes() const { return pixels_.size() * sizeof(T); }
  [[nodiscard]] T* data() { return pixels_.data(); }
  [[nodiscard]] const T* data() const { return pixels_.data(); }

  [[nodiscard]] ImageView<T, Channels> view() { return {pixels_.data(), width_, height_, stride_bytes()}; }
  [[nodiscard]] ImageView<const T, Channels> view() const {
    return {pixels_.data(), width_, height_, stride_bytes()};
  }
  [[nodiscard]] ImageView<const T, Channels> const_view() const { return view(); }

  /// Changes the size without giving memory back; contents are unspecified afterwards.
  void resize(int width, int height) {
    width_ = width;
    height_ = height;
    pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * Channels);
  }

  friend bool operator==(const Image&, const Image&) = default;

 private:
  template <typename U>
  struct AlignedAllocator {
    using value_type = U;
    AlignedAllocator() = default;
    template <typename V>
    AlignedAllocator(const AlignedAllocator<V>&) {}  // NOLINT(google-explicit-constructor)
    U* allocate(std::size_t n) {
      return static_cast<U*>(::operator new (n * sizeof(U), std::align_val_t{64}));
    }
    void deallocate(U* p, std::size_t /*n*/) { ::operator delete (p, std::align_val_t{64}); }
    friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
  };

  [[nodiscard]] std::ptrdiff_t stride_bytes() const {
    return static_cast<std::ptrdiff_t>(width_) * Channels * static_cast<std::ptrdiff_t>(sizeof(T));
  }

  int width_ = 0;
  int height_ = 0;
  std::vector<T, AlignedAllocator<T>> pixels_;
};

using BgrImage = Image<std::uint8_t, 3>;
using MaskImage = Image<std::uint8_t, 1>;
using FlowImage = Image<float, 2>;

/// How the pixels of two views of the same size lie in memory. Padding does not count: rows of one
/// view may lie in the other's padding, as two halves of a wider image do.
enum class Sharing {
  none,       ///< no byte belongs to both
  identical,  ///< the same pixels: same address, same stride
  partial,    ///< some bytes belong to both, or may do so (strides that differ)
};

template <typename T, int Channels>
[[nodiscard]] Sharing sharing_of(ImageView<const T, Channels> a, ImageView<const T, Channels> b) {
  if (a.empty() || b.empty()) {
    return Sharing::none;
  }
  if (a.data == b.data && a.stride_bytes == b.stride_bytes) {
    return Sharing::identical;
  }
  const auto address = [](const T* p) { return reinterpret_cast<std::uintptr_t>(p); };
  const auto bytes_of = [&](ImageView<const T, Channels> v) {
    const std::uintptr_t first = address(v.row(0));
    const std::uintptr_t last = address(v.row(v.height - 1));
    return std::pair{first < last ? first : last, (first < last ? last : first) + v.row_bytes()};
  };
  const auto [a_begin, a_end] = bytes_of(a);
  const auto [b_begin, b_end] = bytes_of(b);
  if (a_end <= b_begin || b_end <= a_begin) {
    return Sharing::none;
  }
  const std::size_t stride = static_cast<std::size_t>(a.stride_bytes < 0 ? -a.stride_bytes : a.stride_bytes);
  if (a.stride_bytes != b.stride_bytes || stride < a.row_bytes()) {
    return Sharing::partial;
  }
  // Rows of both repeat every `stride` bytes: where those of `b` begin after those of `a`.
  const std::size_t apart =
      a_begin < b_begin ? (b_begin - a_begin) % stride : (stride - (a_begin - b_begin) % stride) % stride;
  return apart >= a.row_bytes() && apart + b.row_bytes() <= stride ? Sharing::none : Sharing::partial;
}

/// Copies every pixel; both views have the same size and do not overlap.
template <typename T, int Channels>
void copy_pixels(ImageView<const T, Channels> from, ImageView<T, Channels> to) {
  for (int y = 0; y < from.height; ++y) {
    std::memcpy(to.row(y), from.row(y), from.row_bytes());
  }
}

}  // namespace ffbench
