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
#include "python/native/value_rows.hpp"

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

/// Crop to network: channels reversed, (v / 255 - mean) / deviation in binary64, planes in
/// binary32.
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
    normalize_row(planes.data() + channel * plane, plane, {denormalise, deviation[channel], mean[channel]},
                  out.data() + (2 - channel));
  }
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
    const auto row = static_cast<std::size_t>(v) * static_cast<std::size_t>(width);
    blend_row(mask.data() + row, crop.data() + 3 * row, static_cast<std::size_t>(width), to.pixel(at[0], y));
  }
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
  const auto width = static_cast<std::size_t>(to.width);
  for (int y = 0; y < to.height; ++y) {
    sound =
        quantise_row(mask.data() + static_cast<std::size_t>(y) * width, width, T{255}, to.row(y)) && sound;
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
    sound =
        quantise_row(crop.data() + static_cast<std::size_t>(y) * row_values, row_values, T{1}, to.row(y)) &&
        sound;
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
