#include "harness/operators/plane.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace ffbench::operators {
namespace {

constexpr std::uint8_t poison = 0xa5;

std::uint8_t value_of(Content content, std::uint64_t seed, int x, int y, int c) {
  const std::uint64_t random =
      mixed(seed, (static_cast<std::uint64_t>(y) << 32) + static_cast<std::uint64_t>(4 * x + c));
  switch (content) {
    case Content::random:
      return static_cast<std::uint8_t>(random);
    case Content::near_min:
      return static_cast<std::uint8_t>(random & 3);
    case Content::near_max:
      return static_cast<std::uint8_t>(252 + (random & 3));
    case Content::extremes:
      return (random & 1) != 0 ? 255 : 0;
    case Content::smooth:
      // Triangle waves whose steps differ between channels and rows.
      const int phase = (x * (3 + c) + y * (5 - c)) / 4 + 40 * c;
      return static_cast<std::uint8_t>(std::abs(phase % 510 - 255));
  }
  return 0;
}

}  // namespace

std::string name_of(Content content) {
  switch (content) {
    case Content::random:
      return "random";
    case Content::near_min:
      return "near-min";
    case Content::near_max:
      return "near-max";
    case Content::extremes:
      return "extremes";
    case Content::smooth:
      return "smooth";
  }
  return "";
}

std::uint64_t mixed(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed * 0xd1342543de82ef95ULL + index + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return (z ^ (z >> 31)) >> 8;
}

Plane::Plane(std::string name, int width, int height, int channels, int padding, Content content,
             std::uint64_t seed)
    : name_(std::move(name)),
      width_(width),
      height_(height),
      channels_(channels),
      stride_(static_cast<std::size_t>(width) * static_cast<std::size_t>(channels) +
              static_cast<std::size_t>(padding)),
      bytes_(stride_ * static_cast<std::size_t>(height) + 2 * guard, poison) {
  for (int y = 0; y < height; ++y) {
    std::uint8_t* row = pixels() + y * stride();
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        *row++ = value_of(content, seed, x, y, c);
      }
    }
  }
}

Plane::Plane(std::string name, int bytes) : Plane(std::move(name), bytes, 1, 1, 0, Content::near_min, 0) {}

void Plane::assign(const void* data, std::size_t bytes) {
  std::memcpy(pixels(), data, bytes);
}

void Plane::restore(const std::vector<std::uint8_t>& bytes) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

Plane::Place Plane::place_of(std::size_t index) const {
  if (index < guard || index >= bytes_.size() - guard) {
    return {};
  }
  const std::size_t in_rows = index - guard;
  const auto y = static_cast<int>(in_rows / stride_);
  const std::size_t in_row = in_rows % stride_;
  if (in_row >= row_bytes()) {
    return {-1, y, 0};
  }
  return {static_cast<int>(in_row) / channels_, y, static_cast<int>(in_row) % channels_};
}

#if defined(__SANITIZE_ADDRESS__)
void Plane::protect() const {
  const std::uint8_t* data = bytes_.data();
  __asan_poison_memory_region(data, guard);
  const std::uint8_t* end = data + bytes_.size();
  for (int y = 0; y < height_; ++y) {
    const std::uint8_t* row_end = data + guard + static_cast<std::size_t>(y) * stride_ + row_bytes();
    const std::uint8_t* next =
        y + 1 < height_ ? data + guard + static_cast<std::size_t>(y + 1) * stride_ : end;
    __asan_poison_memory_region(row_end, static_cast<std::size_t>(next - row_end));
  }
}

void Plane::unprotect() const {
  __asan_unpoison_memory_region(bytes_.data(), bytes_.size());
}
#else
void Plane::protect() const {}
void Plane::unprotect() const {}
#endif

}  // namespace ffbench::operators
