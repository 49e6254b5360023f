#pragma once

#include <cstddef>
#include <cstdint>

// Rows of values between FaceFusion's floats and bytes, compiled for several instruction sets.
namespace ffbench::python {

/// to[i] = from[i] * scale limited to [0, 255] and rounded to the nearest, halves to even. False
/// where a value is NaN.
bool quantise_row(const float* from, std::size_t count, float scale, std::uint8_t* to);
bool quantise_row(const double* from, std::size_t count, double scale, std::uint8_t* to);

/// What FaceFusion makes of a channel of a network's output: from[i] * scale + shift where
/// `denormalise`, limited to [0, 1], times 255, every third value of `to`.
struct Denormalisation {
  bool on = false;
  double scale = 1;
  double shift = 0;
};
void normalize_row(const float* from, std::size_t count, const Denormalisation& how, float* to);
void normalize_row(const float* from, std::size_t count, const Denormalisation& how, double* to);

/// pixels = truncated(pixels * (1 - m) + crop * m), m = weights limited to [0, 1], three channels a
/// weight; products of bytes and weights are binary32, the sum has the type of the crop.
void blend_row(const float* weights, const float* crop, std::size_t width, std::uint8_t* pixels);
void blend_row(const float* weights, const double* crop, std::size_t width, std::uint8_t* pixels);

}  // namespace ffbench::python
