#pragma once

#include <cmath>
#include <cstdint>

// The contract's arithmetic (reference/NUMERICS.md) for the device and, for tests without one, for
// the host. Roundings are explicit, so that no compiler option can contract or flush anything.

#ifdef __CUDACC__
#define FFBENCH_DEVICE __host__ __device__ __forceinline__
#else
#define FFBENCH_DEVICE inline
#endif

namespace ffbench::cuda {

FFBENCH_DEVICE float add(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fadd_rn(a, b);
#else
  return a + b;
#endif
}

FFBENCH_DEVICE float subtract(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fsub_rn(a, b);
#else
  return a - b;
#endif
}

FFBENCH_DEVICE float multiply(float a, float b) {
#ifdef __CUDA_ARCH__
  return __fmul_rn(a, b);
#else
  return a * b;
#endif
}

/// a * b + c, rounded once. The contract has no such operation; it replaces one of the contract's
/// only where the product is exact.
FFBENCH_DEVICE float fused(float a, float b, float c) {
#ifdef __CUDA_ARCH__
  return __fmaf_rn(a, b, c);
#else
  return std::fma(a, b, c);
#endif
}

FFBENCH_DEVICE float lerp(float from, float to, float weight) {
  return add(from, multiply(subtract(to, from), weight));
}

/// Limits by ordered comparison; NaN becomes 0.
FFBENCH_DEVICE float clamp_ordered(float value, float high) {
#ifdef __CUDA_ARCH__
  // The device's maximum of a number and NaN is the number. It may keep -0, which no formula here
  // distinguishes from 0.
  return fminf(fmaxf(value, 0.0F), high);
#else
  const float from_zero = value > 0.0F ? value : 0.0F;
  return from_zero < high ? from_zero : high;
#endif
}

/// The bits of a number, and back.
FFBENCH_DEVICE std::uint32_t bits_of(float value) {
#ifdef __CUDA_ARCH__
  return __float_as_uint(value);
#else
  std::uint32_t bits = 0;
  __builtin_memcpy(&bits, &value, sizeof bits);
  return bits;
#endif
}

FFBENCH_DEVICE float float_of(std::uint32_t bits) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(bits);
#else
  float value = 0;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

/// 2^23: a float of this size and below 2^24 has its integer in the low bits.
inline constexpr float two_to_23 = 0x1p23F;

/// Byte `k` of a word.
FFBENCH_DEVICE std::uint32_t byte_of(std::uint32_t word, int k) {
#ifdef __CUDA_ARCH__
  return __byte_perm(word, 0, 0x4440U | static_cast<unsigned>(k));
#else
  return (word >> (8 * k)) & 0xffU;
#endif
}

// Interpolation works in units of 2^-49. The bits of an integer, read as those of a float, are a
// (subnormal) float 2^-149 times as large; 2^100 times that is the integer in units. So a byte
// needs no conversion, and `fused(byte, raise, value)` scales it within an addition that rounds
// once, as the contract's addition does.
//
// Scaling by a power of two changes no rounding unless a result becomes subnormal, that is, less
// than 2^-77 before scaling. Such a value vanishes beside any of 2^-50 or more, and values below
// 2^-50 change no byte.
inline constexpr float raise = 0x1p100F;
inline constexpr float unit = 0x1p-49F;

/// A byte of a word as the float of the same bits, b * 2^-149.
FFBENCH_DEVICE float raw_byte(std::uint32_t word, int k) {
  return float_of(byte_of(word, k));
}

/// lerp of two raw bytes, in units; `raised_weight` is the weight times `raise`.
FFBENCH_DEVICE float lerp_raw(float from, float to, float raised_weight) {
  return fused(from, raise, multiply(subtract(to, from), raised_weight));
}

/// Added to a value in units, in [-0.5, 255.5), it leaves the nearest integer in the low byte,
/// halves rounded to even.
inline constexpr float rounding = 1.5F * two_to_23 * unit;

/// The bytes of three such values, the first lowest. The top byte is undefined.
FFBENCH_DEVICE std::uint32_t round_to_bytes(float first, float second, float third) {
  const std::uint32_t b = bits_of(add(first, rounding));
  const std::uint32_t g = bits_of(add(second, rounding));
  const std::uint32_t r = bits_of(add(third, rounding));
#ifdef __CUDA_ARCH__
  return __byte_perm(__byte_perm(b, g, 0x0040), r, 0x0410);
#else
  return (b & 0xffU) | (g & 0xffU) << 8 | (r & 0xffU) << 16;
#endif
}

/// Nearest integer, halves to even, of a value in [-0.5, 255.5): adding 1.5 * 2^23 rounds at the
/// units.
FFBENCH_DEVICE std::uint32_t round_to_byte(float value) {
  return bits_of(add(value, 1.5F * two_to_23)) & 0xffU;
}

/// The floor of a value in [-2^22, 2^22). `biased` is the floor plus 1.5 * 2^23; its bits are the
/// floor plus `floor_bias`.
struct Floor {
  float biased;
};

inline constexpr float floor_offset = 1.5F * two_to_23;
inline constexpr std::uint32_t floor_bias = 0x4b400000U;

FFBENCH_DEVICE Floor floor_of(float value) {
#ifdef __CUDA_ARCH__
  return {__fadd_rd(value, floor_offset)};
#else
  return {std::floor(value) + floor_offset};
#endif
}

/// The value minus its floor, times a power of two, rounded once as the contract's subtraction is.
FFBENCH_DEVICE float fraction(float value, Floor floor, float scale = 1.0F) {
  if (scale == 1.0F) {
    return subtract(value, subtract(floor.biased, floor_offset));
  }
  return fused(value, scale, fused(floor.biased, -scale, floor_offset * scale));
}

// Steps. A sample position of at least 128 is a multiple of 2^-16, and so is the weight across, k /
// 65536. Then
//     lerp(p, q, w) = p + (q - p) * w = (p * (65536 - k) + q * k) / 65536
// has no rounding at all: the product has 8 + 16 bits, the sum is an integer below 2^24. One
// instruction computes that integer from two bytes and two weights, and its bits, read as those of
// a float, are exactly the lerp times 2^16 * 2^-149. The two weights have 16 bits each, so that k =
// 0 cannot be expressed.

/// Positions from here on are multiples of 2^-16.
inline constexpr float steps_from = 128.0F;
/// Scales an integer in steps to units.
inline constexpr float raise_steps = raise * 0x1p-16F;

/// k of a position of at least `steps_from`.
FFBENCH_DEVICE std::uint32_t steps_of(float value, Floor floor) {
  return bits_of(fraction(value, floor, 0x1p-133F));
}
/// Both weights, 65536 - k in the low half and k in the high half, for 1 <= k < 65536.
FFBENCH_DEVICE std::uint32_t step_weights(std::uint32_t k) {
  return k * 65535U + 65536U;
}

/// The lerp of bytes 0 and 1 of `pairs`, or of bytes 2 and 3, in steps, raw.
FFBENCH_DEVICE float lerp_steps_low(std::uint32_t pairs, std::uint32_t weights) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(__dp2a_lo(weights, pairs, 0U));
#else
  return float_of((weights & 0xffffU) * byte_of(pairs, 0) + (weights >> 16) * byte_of(pairs, 1));
#endif
}
FFBENCH_DEVICE float lerp_steps_high(std::uint32_t pairs, std::uint32_t weights) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(__dp2a_hi(weights, pairs, 0U));
#else
  return float_of((weights & 0xffffU) * byte_of(pairs, 2) + (weights >> 16) * byte_of(pairs, 3));
#endif
}

/// Four bytes of two words, chosen as PRMT does: bytes 0 to 3 are those of `low`, 4 to 7 those of
/// `high`. The lowest four bits of `choice` choose the lowest byte.
FFBENCH_DEVICE std::uint32_t choose_bytes(std::uint32_t low, std::uint32_t high, std::uint32_t choice) {
#ifdef __CUDA_ARCH__
  return __byte_perm(low, high, choice);
#else
  const std::uint64_t both = low | std::uint64_t{high} << 32;
  std::uint32_t result = 0;
  for (unsigned k = 0; k < 4; ++k) {
    result |= static_cast<std::uint32_t>((both >> (8 * ((choice >> (4 * k)) & 7U))) & 0xffU) << (8 * k);
  }
  return result;
#endif
}

/// lerp of two lerps in steps, in units; `raised_weight` is the weight times `raise_steps`.
FFBENCH_DEVICE float lerp_of_steps(float from, float to, float raised_weight) {
  return fused(from, raise_steps, multiply(subtract(to, from), raised_weight));
}

/// The low word of (high:low) shifted right by 0 to 31 bits: `bits` modulo 32.
FFBENCH_DEVICE std::uint32_t shift_pair(std::uint32_t low, std::uint32_t high, unsigned bits) {
#ifdef __CUDA_ARCH__
  return __funnelshift_r(low, high, bits);
#else
  bits %= 32;
  return bits == 0 ? low : (low >> bits) | (high << (32 - bits));
#endif
}

}  // namespace ffbench::cuda
