#pragma once

#include <cstdint>

// The contract's arithmetic (reference/NUMERICS.md), the same on the device and, for tests without one, on the host.
// Roundings are explicit, so that no compiler option can contract or flush anything.

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

FFBENCH_DEVICE float lerp(float from, float to, float weight) {
  return add(from, multiply(subtract(to, from), weight));
}

/// Limits by ordered comparison; NaN becomes 0.
FFBENCH_DEVICE float clamp_ordered(float value, float high) {
#ifdef __CUDA_ARCH__
  // The device's maximum of a number and NaN is the number. It may keep a -0, which no formula here tells from 0.
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
inline constexpr float two_to_23 = 8388608.0F;

/// Nearest integer, halves to even, of a value in [-0.5, 255.5): adding 1.5 x 2^23 rounds at the units.
FFBENCH_DEVICE std::uint32_t round_to_byte(float value) {
  return bits_of(add(value, 1.5F * two_to_23)) & 0xffU;
}

/// The bytes of three values in [-0.5, 255.5), rounded as above, the first lowest.
FFBENCH_DEVICE std::uint32_t round_to_bytes(float first, float second, float third) {
#ifdef __CUDA_ARCH__
  const std::uint32_t low =
      __byte_perm(bits_of(add(first, 1.5F * two_to_23)), bits_of(add(second, 1.5F * two_to_23)), 0x0040);
  return __byte_perm(low, bits_of(add(third, 1.5F * two_to_23)), 0x7410) & 0xffffffU;
#else
  return round_to_byte(first) | round_to_byte(second) << 8 | round_to_byte(third) << 16;
#endif
}

/// 2^23 plus byte `k` of a word.
FFBENCH_DEVICE float biased_byte(std::uint32_t word, int k) {
#ifdef __CUDA_ARCH__
  return __uint_as_float(__byte_perm(word, 0x4b000000U, 0x7650U | static_cast<unsigned>(k)));
#else
  return float_of(0x4b000000U | ((word >> (8 * k)) & 0xffU));
#endif
}

FFBENCH_DEVICE float byte_to_float(std::uint32_t word, int k) {
  return subtract(biased_byte(word, k), two_to_23);
}

/// lerp of two bytes; the bias cancels in the difference, and all of it is exact but the contract's own roundings.
FFBENCH_DEVICE float lerp_bytes(std::uint32_t from_word, int from, std::uint32_t to_word, int to,
                                float weight) {
  const float p = biased_byte(from_word, from);
  const float difference = subtract(biased_byte(to_word, to), p);
  return add(subtract(p, two_to_23), multiply(difference, weight));
}

/// The low word of (high:low) shifted right by 0 to 31 bits.
FFBENCH_DEVICE std::uint32_t shift_pair(std::uint32_t low, std::uint32_t high, unsigned bits) {
#ifdef __CUDA_ARCH__
  return __funnelshift_r(low, high, bits);
#else
  return bits == 0 ? low : (low >> bits) | (high << (32 - bits));
#endif
}

}  // namespace ffbench::cuda
