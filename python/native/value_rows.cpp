#include "python/native/value_rows.hpp"

#include "core/numeric/multiversion.hpp"

namespace ffbench::python {
namespace {

/// The nearest whole number, halves to even, of a value in [0, 255]: the sum has no room for a
/// fraction. A library's function would be called for every value.
template <typename T>
inline __attribute__((always_inline)) T nearest(T v) {
  constexpr T no_fraction = sizeof(T) == sizeof(float) ? T{12582912} : T{6755399441055744};
  return (v + no_fraction) - no_fraction;
}

template <typename T>
inline __attribute__((always_inline)) T limited(T v, T most) {
  return v > T{0} ? (v < most ? v : most) : T{0};
}

template <typename T>
inline __attribute__((always_inline)) bool quantise(const T* from, std::size_t count, T scale,
                                                    std::uint8_t* to) {
  int strange = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const T v = from[i] * scale;
    strange |= static_cast<int>(v != v);
    to[i] = static_cast<std::uint8_t>(static_cast<int>(nearest(limited(v, T{255}))));
  }
  return strange == 0;
}

/// As numpy.clip(v, 0, 1), which keeps NaN.
template <typename T>
inline __attribute__((always_inline)) T clip_unit(T v) {
  const T low = v < T{0} ? T{0} : v;
  return low > T{1} ? T{1} : low;
}

template <typename T>
inline __attribute__((always_inline)) void normalize(const float* from, std::size_t count,
                                                     const Denormalisation& how, T* to) {
  const T scale = static_cast<T>(how.scale);
  const T shift = static_cast<T>(how.shift);
  if (how.on) {
    for (std::size_t i = 0; i < count; ++i) {
      to[3 * i] = clip_unit(static_cast<T>(from[i]) * scale + shift) * T{255};
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i) {
    to[3 * i] = clip_unit(static_cast<T>(from[i])) * T{255};
  }
}

template <typename T>
inline __attribute__((always_inline)) void blend(const float* weights, const T* crop, std::size_t width,
                                                 std::uint8_t* pixels) {
  for (std::size_t x = 0; x < width; ++x) {
    const float m = clip_unit(weights[x]);
    const float rest = 1.0F - m;
    for (std::size_t c = 3 * x; c < 3 * x + 3; ++c) {
      const float kept = static_cast<float>(pixels[c]) * rest;
      const T sum = static_cast<T>(kept) + crop[c] * static_cast<T>(m);
      pixels[c] = static_cast<std::uint8_t>(static_cast<int>(limited(sum, T{255})));
    }
  }
}

}  // namespace

FFBENCH_MULTIVERSION
bool quantise_row(const float* from, std::size_t count, float scale, std::uint8_t* to) {
  return quantise(from, count, scale, to);
}
FFBENCH_MULTIVERSION
bool quantise_row(const double* from, std::size_t count, double scale, std::uint8_t* to) {
  return quantise(from, count, scale, to);
}

FFBENCH_MULTIVERSION
void normalize_row(const float* from, std::size_t count, const Denormalisation& how, float* to) {
  normalize(from, count, how, to);
}
FFBENCH_MULTIVERSION
void normalize_row(const float* from, std::size_t count, const Denormalisation& how, double* to) {
  normalize(from, count, how, to);
}

FFBENCH_MULTIVERSION
void blend_row(const float* weights, const float* crop, std::size_t width, std::uint8_t* pixels) {
  blend(weights, crop, width, pixels);
}
FFBENCH_MULTIVERSION
void blend_row(const float* weights, const double* crop, std::size_t width, std::uint8_t* pixels) {
  blend(weights, crop, width, pixels);
}

}  // namespace ffbench::python
