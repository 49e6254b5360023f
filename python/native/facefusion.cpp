// FaceFusion's own arithmetic around its networks, to the bit and without its temporary arrays.
// docs/baseline.md states it; here it works on the arrays that FaceFusion hands over.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>

#include "core/image.hpp"
#include "python/native/arrays.hpp"
#include "python/native/bindings.hpp"

namespace ffbench::python {
namespace {

using namespace nb::literals;

using Planes = nb::ndarray<float, nb::shape<1, 3, -1, -1>, nb::c_contig, nb::device::cpu>;
using PlanesIn = nb::ndarray<const float, nb::shape<3, -1, -1>, nb::c_contig, nb::device::cpu>;
template <typename T>
using CropOut = nb::ndarray<T, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;
template <typename T>
using CropIn = nb::ndarray<const T, nb::shape<-1, -1, 3>, nb::c_contig, nb::device::cpu>;
template <typename T>
using MaskIn = nb::ndarray<const T, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

using Three = std::array<double, 3>;

/// Crop to network: channels reversed, (v / 255 - mean) / deviation in binary64, planes in binary32.
void prepare(const Pixels& crop, const Three& mean, const Three& deviation, const Planes& out) {
  const ConstBgrView from = pixels_of(crop, "crop");
  if (out.shape(2) != crop.shape(0) || out.shape(3) != crop.shape(1)) {
    invalid("out: {}x{} values, the crop has {}x{}", out.shape(3), out.shape(2), from.width, from.height);
  }
  const nb::gil_scoped_release released;
  std::array<std::array<float, 256>, 3> table{};
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (int v = 0; v < 256; ++v) {
      table[channel][static_cast<std::size_t>(v)] =
          static_cast<float>((static_cast<double>(v) / 255.0 - mean[channel]) / deviation[channel]);
    }
  }
  const std::size_t plane = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.height);
  for (int y = 0; y < from.height; ++y) {
    const std::uint8_t* row = from.row(y);
    float* red = out.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(from.width);
    float* green = red + plane;
    float* blue = green + plane;
    for (int x = 0; x < from.width; ++x) {
      red[x] = table[0][row[3 * x + 2]];
      green[x] = table[1][row[3 * x + 1]];
      blue[x] = table[2][row[3 * x]];
    }
  }
}

/// As numpy.clip(v, 0, 1), which keeps NaN.
template <typename T>
T clip_unit(T v) {
  const T low = v < T{0} ? T{0} : v;
  return low > T{1} ? T{1} : low;
}

/// Network to crop in T, the type that FaceFusion computes in: v * deviation + mean where
/// `denormalise`, limited to [0, 1], channels reversed, times 255. Not rounded.
template <typename T>
void normalize(const PlanesIn& planes, bool denormalise, const Three& mean, const Three& deviation,
               const CropOut<T>& out) {
  const std::size_t height = planes.shape(1);
  const std::size_t width = planes.shape(2);
  if (out.shape(0) != height || out.shape(1) != width) {
    invalid("out: {}x{} pixels, the network gave {}x{}", out.shape(1), out.shape(0), width, height);
  }
  const nb::gil_scoped_release released;
  const std::size_t plane = width * height;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const float* from = planes.data() + channel * plane;
    T* to = out.data() + (2 - channel);
    const T scale = static_cast<T>(deviation[channel]);
    const T shift = static_cast<T>(mean[channel]);
    for (std::size_t i = 0; i < plane; ++i) {
      T v = static_cast<T>(from[i]);
      if (denormalise) {
        v = v * scale + shift;
      }
      to[3 * i] = clip_unit(v) * T{255};
    }
  }
}

/// A numpy conversion of a value in [0, 256) to 8 bits: towards zero.
template <typename T>
std::uint8_t truncated(T v) {
  return static_cast<std::uint8_t>(v > T{0} ? (v < T{255} ? v : T{255}) : T{0});
}

/// out[region] = truncated(frame * (1 - m) + crop * m), m = limited to [0, 1]; the rest of `out` is
/// the frame. T is the type of `crop * m` in FaceFusion; the mask is binary32.
template <typename T>
void blend(const Pixels& frame, const CropIn<T>& crop, const MaskIn<float>& mask, std::array<int, 2> at,
           const WritablePixels& out) {
  const ConstBgrView from = pixels_of(frame, "frame");
  const BgrView to = pixels_of(out, "out");
  check_same_size(from, "frame", to, "out");
  const auto height = static_cast<int>(crop.shape(0));
  const auto width = static_cast<int>(crop.shape(1));
  if (mask.shape(0) != crop.shape(0) || mask.shape(1) != crop.shape(1)) {
    invalid("mask and crop differ in size");
  }
  if (at[0] < 0 || at[1] < 0 || at[0] + width > from.width || at[1] + height > from.height) {
    invalid("the pasted region lies outside the frame");
  }
  const nb::gil_scoped_release released;
  for (int y = 0; y < from.height; ++y) {
    std::memcpy(to.row(y), from.row(y), from.row_bytes());
    const int v = y - at[1];
    if (v < 0 || v >= height) {
      continue;
    }
    const std::uint8_t* background = from.pixel(at[0], y);
    std::uint8_t* pixel = to.pixel(at[0], y);
    const float* weight = mask.data() + static_cast<std::size_t>(v) * static_cast<std::size_t>(width);
    const T* pasted = crop.data() + 3 * static_cast<std::size_t>(v) * static_cast<std::size_t>(width);
    for (int x = 0; x < width; ++x) {
      const float m = clip_unit(weight[x]);
      const float rest = 1.0F - m;
      if (m == 0.0F) {
        continue;  // background * 1 + pasted * 0: the background, for any finite crop
      }
      for (int c = 0; c < 3; ++c) {
        // uint8 * binary32 is binary32 in numpy; the sum has the type of the crop.
        const float kept = static_cast<float>(background[3 * x + c]) * rest;
        pixel[3 * x + c] = truncated(static_cast<T>(kept) + pasted[3 * x + c] * static_cast<T>(m));
      }
    }
  }
}

/// The nearest whole number, halves to even, of a value in [0, 255]: the sum has no room for a
/// fraction. A library's function would be called for every value.
inline float nearest(float v) {
  constexpr float no_fraction = 1.5F * 8388608.0F;
  return (v + no_fraction) - no_fraction;
}
inline double nearest(double v) {
  constexpr double no_fraction = 1.5 * 4503599627370496.0;
  return (v + no_fraction) - no_fraction;
}

/// A mask of 8 bits from one in [0, 1], rounded to the nearest; false where a value is NaN.
template <typename T>
bool quantise_mask(const MaskIn<T>& mask, const WritableMask& out) {
  const MaskView to = mask_of(out, "out");
  if (mask.shape(0) != out.shape(0) || mask.shape(1) != out.shape(1)) {
    invalid("out and mask differ in size");
  }
  const nb::gil_scoped_release released;
  bool sound = true;
  for (int y = 0; y < to.height; ++y) {
    const T* from = mask.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(to.width);
    std::uint8_t* row = to.row(y);
    for (int x = 0; x < to.width; ++x) {
      const T v = from[x] * T{255};
      sound = sound && v == v;
      const T limited = v > T{0} ? (v < T{255} ? v : T{255}) : T{0};
      row[x] = static_cast<std::uint8_t>(nearest(limited));
    }
  }
  return sound;
}

/// A crop of 8 bits from one in [0, 255], rounded to the nearest, halves to even; false where a
/// value is NaN.
template <typename T>
bool quantise_crop(const CropIn<T>& crop, const WritablePixels& out) {
  const BgrView to = pixels_of(out, "out");
  if (crop.shape(0) != out.shape(0) || crop.shape(1) != out.shape(1)) {
    invalid("out and crop differ in size");
  }
  const nb::gil_scoped_release released;
  bool sound = true;
  const std::size_t row_values = 3 * static_cast<std::size_t>(to.width);
  for (int y = 0; y < to.height; ++y) {
    const T* from = crop.data() + static_cast<std::size_t>(y) * row_values;
    std::uint8_t* row = to.row(y);
    for (std::size_t i = 0; i < row_values; ++i) {
      const T v = from[i];
      sound = sound && v == v;
      const T limited = v > T{0} ? (v < T{255} ? v : T{255}) : T{0};
      row[i] = static_cast<std::uint8_t>(nearest(limited));
    }
  }
  return sound;
}

}  // namespace

void add_facefusion(nb::module_& m) {
  m.def("prepare", prepare, "crop"_a.noconvert(), "mean"_a, "deviation"_a, "out"_a.noconvert());
  m.def("normalize64", normalize<double>, "planes"_a.noconvert(), "denormalise"_a, "mean"_a, "deviation"_a,
        "out"_a.noconvert());
  m.def("normalize32", normalize<float>, "planes"_a.noconvert(), "denormalise"_a, "mean"_a, "deviation"_a,
        "out"_a.noconvert());
  m.def("blend64", blend<double>, "frame"_a.noconvert(), "crop"_a.noconvert(), "mask"_a.noconvert(), "at"_a,
        "out"_a.noconvert());
  m.def("blend32", blend<float>, "frame"_a.noconvert(), "crop"_a.noconvert(), "mask"_a.noconvert(), "at"_a,
        "out"_a.noconvert());
  m.def("quantise_mask32", quantise_mask<float>, "mask"_a.noconvert(), "out"_a.noconvert());
  m.def("quantise_mask64", quantise_mask<double>, "mask"_a.noconvert(), "out"_a.noconvert());
  m.def("quantise_crop32", quantise_crop<float>, "crop"_a.noconvert(), "out"_a.noconvert());
  m.def("quantise_crop64", quantise_crop<double>, "crop"_a.noconvert(), "out"_a.noconvert());
}

}  // namespace ffbench::python
