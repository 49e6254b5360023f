#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "core/geometry.hpp"
#include "core/image.hpp"

// From NumPy arrays to views, and back. The Python functions above these hand over arrays of the
// right type and layout; here everything is checked that memory safety depends on.
namespace ffbench::python {

namespace nb = nanobind;

using Pixels = nb::ndarray<const std::uint8_t, nb::ndim<3>, nb::device::cpu>;
using WritablePixels = nb::ndarray<std::uint8_t, nb::ndim<3>, nb::device::cpu>;
using Mask = nb::ndarray<const std::uint8_t, nb::ndim<2>, nb::device::cpu>;
using WritableMask = nb::ndarray<std::uint8_t, nb::ndim<2>, nb::device::cpu>;
/// Points, one a row; matrices.
using Numbers = nb::ndarray<const double, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using NumbersOut = nb::ndarray<nb::numpy, double, nb::ndim<2>, nb::c_contig>;

/// The longest side of an image that the operators take.
inline constexpr std::size_t longest_side = 32768;

/// Raises ValueError.
template <typename... Args>
[[noreturn]] void invalid(fmt::format_string<Args...> format, Args&&... args) {
  throw nb::value_error(fmt::format(format, std::forward<Args>(args)...).c_str());
}

template <typename Array>
void check_sides(const Array& array, const char* name) {
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (array.shape(axis) < 1 || array.shape(axis) > longest_side) {
      invalid("{}: {}x{} pixels; a side has 1 to {}", name, array.shape(1), array.shape(0), longest_side);
    }
  }
}

template <typename View, typename Array>
View view_of(const Array& array, const char* name) {
  check_sides(array, name);
  const auto width = static_cast<std::int64_t>(array.shape(1));
  bool whole_pixels = array.stride(1) == View::channels || width == 1;
  if constexpr (View::channels == 3) {
    if (array.shape(2) != 3) {
      invalid("{}: {} channels, expected 3 (B, G, R)", name, array.shape(2));
    }
    whole_pixels = whole_pixels && array.stride(2) == 1;
  }
  const std::int64_t stride = array.shape(0) == 1 ? width * View::channels : array.stride(0);
  if (!whole_pixels || stride < width * View::channels) {
    invalid("{}: pixels must be adjacent and rows must not overlap", name);
  }
  return {array.data(), static_cast<int>(array.shape(1)), static_cast<int>(array.shape(0)),
          static_cast<std::ptrdiff_t>(stride)};
}

inline ConstBgrView pixels_of(const Pixels& array, const char* name) {
  return view_of<ConstBgrView>(array, name);
}
inline BgrView pixels_of(const WritablePixels& array, const char* name) {
  return view_of<BgrView>(array, name);
}
inline ConstMaskView mask_of(const Mask& array, const char* name) {
  return view_of<ConstMaskView>(array, name);
}
inline MaskView mask_of(const WritableMask& array, const char* name) {
  return view_of<MaskView>(array, name);
}

/// Both views have the same size.
template <typename A, typename B>
void check_same_size(const A& a, const char* name_a, const B& b, const char* name_b) {
  if (a.width != b.width || a.height != b.height) {
    invalid("{} and {} differ in size: {}x{} and {}x{} pixels", name_a, name_b, a.width, a.height, b.width,
            b.height);
  }
}

/// A finite 2x3 matrix.
inline Affine affine_of(const Numbers& matrix, const char* name) {
  if (matrix.shape(0) != 2 || matrix.shape(1) != 3) {
    invalid("{}: {}x{} numbers, expected 2x3", name, matrix.shape(0), matrix.shape(1));
  }
  const double* m = matrix.data();
  for (int i = 0; i < 6; ++i) {
    if (!std::isfinite(m[i])) {
      invalid("{}: holds a number that is not finite", name);
    }
  }
  return {m[0], m[1], m[2], m[3], m[4], m[5]};
}

/// An array of its own that Python owns, `rows` x `columns`.
NumbersOut new_numbers(std::size_t rows, std::size_t columns, const double* values);

NumbersOut matrix_of(const Affine& m);

using ImageOut = nb::ndarray<nb::numpy, std::uint8_t, nb::ndim<3>, nb::c_contig>;

/// An image of its own, contents unspecified. Memory of large images that Python has dropped is
/// used again: the system would hand out pages of zeros one by one.
ImageOut new_image(int height, int width);

}  // namespace ffbench::python
