#pragma once

#include <cstddef>
#include <cstdint>

namespace ffbench::metrics {

/// The integer inner loops. All sums are exact for up to 2^40 elements.

/// Sum of (a[i] - b[i])^2.
std::uint64_t sum_squared_difference(const std::uint8_t* a, const std::uint8_t* b, std::size_t n);

/// Sum of (a[i] - b[i])^2 for |a[i] - b[i]| <= 510, as differences of differences of 8-bit values
/// are.
std::uint64_t sum_squared_difference(const std::int16_t* a, const std::int16_t* b, std::size_t n);

/// Sum of a[i]^2 for |a[i]| <= 510.
std::uint64_t sum_squares(const std::int16_t* a, std::size_t n);

/// Sum of |a[i] - b[i]|.
std::uint64_t sum_absolute_difference(const std::uint16_t* a, const std::uint16_t* b, std::size_t n);

/// out[i] = a[i] - b[i].
void subtract(const std::uint8_t* a, const std::uint8_t* b, std::int16_t* out, std::size_t n);

/// BT.709 luma of `n` BGR pixels in 1/256 of a level, 0 to 65280: (4732 B + 46871 G + 13933 R +
/// 128) / 256, rounded down.
void luma_q8(const std::uint8_t* bgr, std::uint16_t* out, std::size_t n);

/// Peak signal-to-noise ratio in dB: 10 log10(255^2 / (sum / count + 1e-10)). `count` is not 0.
double psnr(std::uint64_t sum_of_squares, std::uint64_t count);

}  // namespace ffbench::metrics
