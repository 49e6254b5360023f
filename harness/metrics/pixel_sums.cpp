#include "harness/metrics/pixel_sums.hpp"

#include <algorithm>
#include <cmath>

#include "core/numeric/multiversion.hpp"

namespace ffbench::metrics {
namespace {

// 32-bit partial sums keep the lanes narrow; a block is short enough that none overflows:
// 8192 * 510^2 < 2^31 and 8192 * 65535 < 2^31. Differences are kept in 16 bits, whose products the
// processor adds in pairs.
constexpr std::size_t block = 8192;

/// The sum of `sum_of(first, count)` over all blocks of `n` values.
template <typename SumOf>
std::uint64_t by_blocks(std::size_t n, const SumOf& sum_of) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < n; i += block) {
    sum += sum_of(i, std::min(block, n - i));
  }
  return sum;
}

FFBENCH_MULTIVERSION
std::uint32_t block_ssd_u8(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto d = static_cast<std::int16_t>(a[i] - b[i]);
    sum += static_cast<std::uint32_t>(d * d);
  }
  return sum;
}

FFBENCH_MULTIVERSION
std::uint32_t block_ssd_s16(const std::int16_t* a, const std::int16_t* b, std::size_t n) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto d = static_cast<std::int16_t>(a[i] - b[i]);
    sum += static_cast<std::uint32_t>(d * d);
  }
  return sum;
}

FFBENCH_MULTIVERSION
std::uint32_t block_squares_s16(const std::int16_t* a, std::size_t n) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const int d = a[i];
    sum += static_cast<std::uint32_t>(d * d);
  }
  return sum;
}

FFBENCH_MULTIVERSION
std::uint32_t block_sad_u16(const std::uint16_t* a, const std::uint16_t* b, std::size_t n) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sum += static_cast<std::uint32_t>(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
  }
  return sum;
}

}  // namespace

std::uint64_t sum_squared_difference(const std::uint8_t* a, const std::uint8_t* b, std::size_t n) {
  return by_blocks(n, [&](std::size_t i, std::size_t count) { return block_ssd_u8(a + i, b + i, count); });
}

std::uint64_t sum_squared_difference(const std::int16_t* a, const std::int16_t* b, std::size_t n) {
  return by_blocks(n, [&](std::size_t i, std::size_t count) { return block_ssd_s16(a + i, b + i, count); });
}

std::uint64_t sum_squares(const std::int16_t* a, std::size_t n) {
  return by_blocks(n, [&](std::size_t i, std::size_t count) { return block_squares_s16(a + i, count); });
}

std::uint64_t sum_absolute_difference(const std::uint16_t* a, const std::uint16_t* b, std::size_t n) {
  return by_blocks(n, [&](std::size_t i, std::size_t count) { return block_sad_u16(a + i, b + i, count); });
}

FFBENCH_MULTIVERSION
void subtract(const std::uint8_t* a, const std::uint8_t* b, std::int16_t* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    out[i] = static_cast<std::int16_t>(a[i] - b[i]);
  }
}

FFBENCH_MULTIVERSION
void luma_q8(const std::uint8_t* bgr, std::uint16_t* out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t b = bgr[3 * i];
    const std::uint32_t g = bgr[3 * i + 1];
    const std::uint32_t r = bgr[3 * i + 2];
    out[i] = static_cast<std::uint16_t>((4732 * b + 46871 * g + 13933 * r + 128) >> 8);
  }
}

double psnr(std::uint64_t sum_of_squares, std::uint64_t count) {
  const double mse = static_cast<double>(sum_of_squares) / static_cast<double>(count);
  return 10.0 * std::log10(255.0 * 255.0 / (mse + 1e-10));
}

}  // namespace ffbench::metrics
