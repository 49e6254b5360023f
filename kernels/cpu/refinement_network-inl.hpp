// Included once per target (Highway's foreach_target): the refinement network.

#include <algorithm>
#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "kernels/cpu/refine_landmark.hpp"
#include "kernels/cpu/registration-inl.hpp"

#if defined(FFBENCH_KERNELS_CPU_REFINEMENT_NETWORK_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef FFBENCH_KERNELS_CPU_REFINEMENT_NETWORK_INL
#undef FFBENCH_KERNELS_CPU_REFINEMENT_NETWORK_INL
#else
#define FFBENCH_KERNELS_CPU_REFINEMENT_NETWORK_INL
#endif

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {

/// The lowest `kBits` bits of `low`, above them those of `high`.
template <int kBits>
HWY_INLINE V32 Joined(V32 low, V32 high) {
  return hn::Or(hn::And(low, hn::Set(D32(), (1 << kBits) - 1)), hn::ShiftLeft<kBits>(high));
}

#if HWY_TARGET == HWY_AVX3_DL

// Eight-bit products, four to an instruction (VNNI). A row of positions is done at once, so that
// weights are read once for all of them and sums do not wait for each other.

/// Adds to each 32-bit lane the four products of unsigned and signed bytes. Every processor that
/// Highway runs this target on has the instruction; compilers take its intrinsic with an option
/// alone that Highway 1.0.3 does not set.
HWY_INLINE __m512i AddQuads(__m512i sum, __m512i bytes, __m512i weights) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(bytes), "vm"(weights));
  return sum;
}

/// Sums of 32 channels.
struct Sums {
  __m512i low;
  __m512i high;
  HWY_INLINE void Add(__m512i quad, __m512i weights_low, __m512i weights_high) {
    low = AddQuads(low, quad, weights_low);
    high = AddQuads(high, quad, weights_high);
  }
};

HWY_INLINE __m512i QuadOf(const std::uint8_t* four) {
  std::int32_t quad = 0;
  std::memcpy(&quad, four, sizeof quad);
  return _mm512_set1_epi32(quad);
}

/// The sums, each divided by 2^shift to the nearest, limited to 0 ... 127.
struct Activation {
  __m512i shift[2];
  __m512i rounding[2];
  explicit Activation(const std::int32_t* by) {
    for (int half = 0; half < 2; ++half) {
      const __m512i one = _mm512_set1_epi32(1);
      shift[half] = _mm512_load_si512(by + 16 * half);
      rounding[half] = _mm512_sllv_epi32(one, _mm512_sub_epi32(shift[half], one));
    }
  }
  HWY_INLINE __m128i Of(__m512i sum, int half) const {
    const __m512i divided = _mm512_srav_epi32(_mm512_add_epi32(sum, rounding[half]), shift[half]);
    const __m512i limited =
        _mm512_min_epi32(_mm512_max_epi32(divided, _mm512_setzero_si512()), _mm512_set1_epi32(127));
    return _mm512_cvtepi32_epi8(limited);
  }
  HWY_INLINE void Store(const Sums& sums, std::uint8_t* out) const {
    _mm_store_si128(reinterpret_cast<__m128i*>(out), Of(sums.low, 0));
    _mm_store_si128(reinterpret_cast<__m128i*>(out + 16), Of(sums.high, 1));
  }
};

/// A row of `kCount` positions of a layer: `kQuads` quads a tap, inputs `kInputs` bytes apart in
/// rows of `kSide`.
template <int kCount, int kQuads, int kInputs, int kSide>
HWY_INLINE void LayerRow(const std::int8_t* weights, const std::int32_t* bias, const Activation& activation,
                         const std::uint8_t* from, std::uint8_t* out) {
  Sums sums[kCount];
  for (Sums& sum : sums) {
    sum = {_mm512_load_si512(bias), _mm512_load_si512(bias + 16)};
  }
  for (int k = 0; k < 9; ++k) {
    const std::uint8_t* tap = from + (k / 3 * kSide + k % 3) * kInputs;
    for (int quad = 0; quad < kQuads; ++quad, weights += 4 * channels) {
      const __m512i low = _mm512_load_si512(weights);
      const __m512i high = _mm512_load_si512(weights + 64);
      for (int x = 0; x < kCount; ++x) {
        sums[x].Add(QuadOf(tap + x * kInputs + 4 * quad), low, high);
      }
    }
  }
  for (int x = 0; x < kCount; ++x) {
    activation.Store(sums[x], out + x * channels);
  }
}

inline void Answer(const PackedNetwork& net, const NetworkInput& input, std::int32_t* offset) {
  const D32 d32;
  // Bytes of a pixel, moved up by 128.
  alignas(64) std::int32_t quads[patch_side][stride];
  ForEachVector([&](int y, int x) HWY_ATTR {
    const V32 pair0 =
        Joined<8>(hn::Load(d32, input.reference[y] + x), hn::Load(d32, input.difference[y] + x));
    const V32 pair1 =
        Joined<8>(hn::Load(d32, input.evidence_x[y] + x), hn::Load(d32, input.evidence_y[y] + x));
    const V32 signs = hn::Set(d32, static_cast<std::int32_t>(0x80808080U));
    hn::Store(hn::Xor(Joined<16>(pair0, pair1), signs), d32, quads[y] + x);
  });
  alignas(64) std::uint8_t first[side1 * side1 * channels];
  alignas(64) std::uint8_t second[side2 * side2 * channels];
  const Activation activation1(net.shift1);
  for (int y = 0; y < side1; ++y) {
    LayerRow<side1, 1, 4, stride>(&net.quads1[0][0][0], net.quad_bias1, activation1,
                                  reinterpret_cast<const std::uint8_t*>(quads[y]),
                                  first + y * side1 * channels);
  }
  const Activation activation2(net.shift2);
  for (int y = 0; y < side2; ++y) {
    LayerRow<side2, channels / 4, channels, side1>(&net.quads2[0][0][0][0], net.bias2, activation2,
                                                   first + y * side1 * channels,
                                                   second + y * side2 * channels);
  }
  for (int axis = 0; axis < 2; ++axis) {
    __m512i sum = _mm512_setzero_si512();
    for (int i = 0; i < side2 * side2 * channels; i += 64) {
      const int left = side2 * side2 * channels - i;
      const __mmask64 there = left >= 64 ? ~__mmask64{0} : (__mmask64{1} << left) - 1;
      sum = AddQuads(sum, _mm512_maskz_loadu_epi8(there, second + i),
                     _mm512_maskz_loadu_epi8(there, net.quads3[axis] + i));
    }
    offset[axis] = _mm512_reduce_add_epi32(sum);
  }
}

#elif HWY_TARGET != HWY_SCALAR

using D16 = hn::Repartition<std::int16_t, D32>;

/// Adds w0 * a0 + w1 * a1 to each lane, the products of 16-bit pairs exact.
HWY_INLINE V32 AddPairs(V32 sum, const std::int16_t* weights, std::int32_t pair) {
  const D32 d32;
  const D16 d16;
  V32 odd = hn::Zero(d32);
  const V32 even = hn::ReorderWidenMulAccumulate(d32, hn::Load(d16, weights),
                                                 hn::BitCast(d16, hn::Set(d32, pair)), sum, odd);
  return hn::Add(even, odd);
}

/// The sums, each divided by 2^shift to the nearest, limited to 0 ... 127 and stored as 16 bits.
HWY_INLINE void Activate(const V32 (&sums)[groups], const std::int32_t* shift, std::int16_t* out) {
  const D32 d32;
  const hn::Rebind<std::int16_t, D32> half;
  const V32 one = hn::Set(d32, 1);
  for (int g = 0; g < groups; ++g) {
    const V32 by = hn::Load(d32, shift + g * lanes32);
    const V32 rounded = hn::Add(sums[g], hn::Shl(one, hn::Sub(by, one)));
    const V32 divided = hn::Shr(rounded, by);
    const V32 limited = hn::Min(hn::Max(divided, hn::Zero(d32)), hn::Set(d32, 127));
    hn::Store(hn::DemoteTo(half, limited), half, out + g * lanes32);
  }
}

HWY_INLINE std::int32_t PairOf(const std::int16_t* two) {
  std::int32_t pair = 0;
  std::memcpy(&pair, two, sizeof pair);
  return pair;
}

inline void Answer(const PackedNetwork& net, const NetworkInput& input, std::int32_t* offset) {
  const D32 d32;
  alignas(64) std::int32_t pairs[inputs / 2][patch_side][stride];
  ForEachVector([&](int y, int x) HWY_ATTR {
    hn::Store(Joined<16>(hn::Load(d32, input.reference[y] + x), hn::Load(d32, input.difference[y] + x)), d32,
              pairs[0][y] + x);
    hn::Store(Joined<16>(hn::Load(d32, input.evidence_x[y] + x), hn::Load(d32, input.evidence_y[y] + x)), d32,
              pairs[1][y] + x);
  });
  alignas(64) std::int16_t first[side1 * side1][channels];
  alignas(64) std::int16_t second[side2 * side2][channels];
  for (int y = 0; y < side1; ++y) {
    for (int x = 0; x < side1; ++x) {
      V32 sums[groups];
      for (int g = 0; g < groups; ++g) {
        sums[g] = hn::Load(d32, net.bias1 + g * lanes32);
      }
      for (int k = 0; k < 9; ++k) {
        for (int pair = 0; pair < inputs / 2; ++pair) {
          const std::int32_t two = pairs[pair][y + k / 3][x + k % 3];
          for (int g = 0; g < groups; ++g) {
            sums[g] = AddPairs(sums[g], net.weights1[k][pair][g * lanes32], two);
          }
        }
      }
      Activate(sums, net.shift1, first[y * side1 + x]);
    }
  }
  for (int y = 0; y < side2; ++y) {
    for (int x = 0; x < side2; ++x) {
      V32 sums[groups];
      for (int g = 0; g < groups; ++g) {
        sums[g] = hn::Load(d32, net.bias2 + g * lanes32);
      }
      for (int k = 0; k < 9; ++k) {
        const std::int16_t* from = first[(y + k / 3) * side1 + x + k % 3];
        for (int pair = 0; pair < channels / 2; ++pair) {
          const std::int32_t two = PairOf(from + 2 * pair);
          for (int g = 0; g < groups; ++g) {
            sums[g] = AddPairs(sums[g], net.weights2[k][pair][g * lanes32], two);
          }
        }
      }
      Activate(sums, net.shift2, second[y * side2 + x]);
    }
  }
  const D16 d16;
  constexpr int count = RefinementNetwork::pixels2 * channels;
  static_assert(count % (2 * lanes32) == 0);
  for (int axis = 0; axis < 2; ++axis) {
    V32 even = hn::Zero(d32);
    V32 odd = hn::Zero(d32);
    for (int i = 0; i < count; i += 2 * lanes32) {
      even = hn::ReorderWidenMulAccumulate(d32, hn::Load(d16, &second[0][0] + i),
                                           hn::Load(d16, net.weights3[axis] + i), even, odd);
    }
    offset[axis] = hn::GetLane(hn::SumOfLanes(d32, hn::Add(even, odd)));
  }
}

#else

inline std::int16_t Active(std::int32_t sum, std::int32_t shift) {
  return static_cast<std::int16_t>(std::clamp((sum + (1 << (shift - 1))) >> shift, 0, 127));
}

inline void Answer(const PackedNetwork& net, const NetworkInput& input, std::int32_t* offset) {
  const Patch* const planes[inputs] = {&input.reference, &input.difference, &input.evidence_x,
                                       &input.evidence_y};
  std::int16_t first[side1 * side1][channels];
  std::int16_t second[side2 * side2][channels];
  for (int i = 0; i < side1 * side1; ++i) {
    for (int c = 0; c < channels; ++c) {
      std::int32_t sum = net.bias1[c];
      for (int k = 0; k < 9; ++k) {
        for (int in = 0; in < inputs; ++in) {
          sum += net.weights1[k][in / 2][c][in % 2] * (*planes[in])[i / side1 + k / 3][i % side1 + k % 3];
        }
      }
      first[i][c] = Active(sum, net.shift1[c]);
    }
  }
  for (int i = 0; i < side2 * side2; ++i) {
    for (int c = 0; c < channels; ++c) {
      std::int32_t sum = net.bias2[c];
      for (int k = 0; k < 9; ++k) {
        const std::int16_t* from = first[(i / side2 + k / 3) * side1 + i % side2 + k % 3];
        for (int in = 0; in < channels; ++in) {
          sum += net.weights2[k][in / 2][c][in % 2] * from[in];
        }
      }
      second[i][c] = Active(sum, net.shift2[c]);
    }
  }
  for (int axis = 0; axis < 2; ++axis) {
    offset[axis] = 0;
    for (int i = 0; i < RefinementNetwork::pixels2 * channels; ++i) {
      offset[axis] += net.weights3[axis][i] * second[i / channels][i % channels];
    }
  }
}

#endif

}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
