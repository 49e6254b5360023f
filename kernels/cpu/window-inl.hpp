// Included once per target (Highway's foreach_target): taps of neighbouring pixels, read together.
// Only for AVX-512 with byte permutations (VBMI).

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <hwy/highway.h>

#include "kernels/cpu/bilinear-inl.hpp"

#if defined(FFBENCH_KERNELS_CPU_WINDOW_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef FFBENCH_KERNELS_CPU_WINDOW_INL
#undef FFBENCH_KERNELS_CPU_WINDOW_INL
#else
#define FFBENCH_KERNELS_CPU_WINDOW_INL
#endif

#if HWY_TARGET == HWY_AVX3_DL

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {

// The taps of neighbouring pixels lie close together where an image is not reduced by much. What a
// few rows hold there is read whole, and each pixel's bytes are picked out of it. Nothing goes
// through memory.

/// Pixels that are done at once, in the lanes of a vector, and how large a window of the image has
/// their taps: the same for all of a map, so that the code has no branches.
struct WindowShape {
  static constexpr int most_rows = 4;
  static constexpr int most_pixels = 64 / 3;  ///< that a register holds
  int lanes = 16;                             ///< pixels at a time
  int rows = 0;    ///< in which upper taps lie, 2 to most_rows; one more holds the last lower ones
  int pixels = 0;  ///< of a row
  bool rises_x = false;
  bool rises_y = false;

  /// Nothing fits where `rows` is 0: maps that reduce much or are steep, small images.
  WindowShape(const TapSource& image, const AffineF& map) : rises_x(map.xx >= 0), rises_y(map.yx >= 0) {
    // Fewer pixels at a time than this are done faster one by one.
    constexpr int least_lanes = 12;
    // Rounding of coordinates below 2^15 moves their difference by less than this.
    constexpr float slack = 1.0F / 64;
    const auto across = [&](int count) { return std::abs(map.xx) * static_cast<float>(count - 1) + slack; };
    while (lanes >= least_lanes && !(across(lanes) < most_pixels - 2)) {
      --lanes;
    }
    const float down = std::abs(map.yx) * static_cast<float>(lanes - 1) + slack;
    if (lanes < least_lanes || !(down < most_rows - 1)) {
      return;
    }
    pixels = static_cast<int>(across(lanes)) + 3;
    const int needed = static_cast<int>(down) + 2;
    rows = image.width >= pixels && image.height > needed ? needed : 0;
  }
};

/// The smallest of the first `lanes` numbers, which rise, or fall.
HWY_INLINE int Smallest(VI numbers, bool rise, int lanes) {
  if (rise) {
    return _mm512_cvtsi512_si32(numbers.raw);
  }
  return _mm512_cvtsi512_si32(_mm512_permutexvar_epi32(_mm512_set1_epi32(lanes - 1), numbers.raw));
}

/// The taps of 16 pixels and their weights.
struct WindowTaps {
  TapBytes top;
  TapBytes bottom;
  VF wx;
  VF wy;
  VI x0;
  VI y0;
  int x;  ///< where the window begins
  int y;
};

HWY_INLINE TapBytes Choose(__mmask16 lanes, const TapBytes& chosen, const TapBytes& otherwise) {
  return {VU{_mm512_mask_mov_epi32(otherwise.low.raw, lanes, chosen.low.raw)},
          VU{_mm512_mask_mov_epi32(otherwise.high.raw, lanes, chosen.high.raw)}};
}

/// Each number's lowest byte in all four of its lane.
HWY_INLINE __m512i RepeatByte(VI numbers) {
  return _mm512_shuffle_epi8(numbers.raw, _mm512_set4_epi32(0x0c0c0c0c, 0x08080808, 0x04040404, 0));
}

/// Weights and taps of the pixels at which `at` stands. Those that matter lie where no limit acts
/// (`LocateInside`). The window lies inside the image wherever the others lie.
template <int kRows>
HWY_INLINE WindowTaps ReadWindow(const TapSource& image, const WindowShape& shape, const CoordinateWalk& at) {
  const DF df;
  WindowTaps taps;
  const VF sx = at.X();
  const VF sy = at.Y();
  taps.x0 = Truncate(sx);
  taps.y0 = Truncate(sy);
  taps.wx = hn::Sub(sx, hn::ConvertTo(df, taps.x0));
  taps.wy = hn::Sub(sy, hn::ConvertTo(df, taps.y0));
  taps.x = std::clamp(Smallest(taps.x0, shape.rises_x, shape.lanes), 0, image.width - shape.pixels);
  taps.y = std::clamp(Smallest(taps.y0, shape.rises_y, shape.lanes), 0, image.height - 1 - shape.rows);

  // Per pixel the numbers of its bytes: those of its left tap and the first of its right one.
  const VI from_left = Triple(hn::Sub(taps.x0, hn::Set(DI(), taps.x)));
  const __m512i low = _mm512_add_epi8(RepeatByte(from_left), _mm512_set1_epi32(0x03020100));
  const __m512i high = _mm512_add_epi8(low, _mm512_set1_epi32(0x04040404));
  const __mmask64 bytes = ~__mmask64{0} >> (64 - 3 * shape.pixels);
  const std::uint8_t* from = image.data + taps.y * image.stride + 3 * static_cast<std::ptrdiff_t>(taps.x);
  TapBytes row[kRows + 1];
  for (TapBytes& each : row) {
    const __m512i all = _mm512_maskz_loadu_epi8(bytes, from);
    each = {VU{_mm512_permutexvar_epi8(low, all)}, VU{_mm512_permutexvar_epi8(high, all)}};
    from += image.stride;
  }
  taps.top = row[0];
  taps.bottom = row[1];
  for (int i = 1; i < kRows; ++i) {
    const __mmask16 lanes = _mm512_cmpeq_epi32_mask(taps.y0.raw, _mm512_set1_epi32(taps.y + i));
    taps.top = Choose(lanes, row[i], taps.top);
    taps.bottom = Choose(lanes, row[i + 1], taps.bottom);
  }
  return taps;
}

/// A byte of each lane as a float more than it is by 2^23: put where that number has its last bits.
/// The difference of two such is exact.
template <int kByte>
HWY_INLINE VF RaisedByte(VU packed) {
  constexpr __mmask64 lowest = 0x1111111111111111;
  const __m512i place = _mm512_set4_epi32(12 + kByte, 8 + kByte, 4 + kByte, kByte);
  return VF{_mm512_castsi512_ps(
      _mm512_mask_shuffle_epi8(_mm512_set1_epi32(0x4b000000), lowest, packed.raw, place))};
}

HWY_INLINE VF Lowered(VF raised) {
  return hn::Sub(raised, hn::Set(DF(), 8388608.0F));
}

/// `kExact`: rounds once instead of twice, where the product needs no rounding.
template <bool kExact>
HWY_INLINE VF LerpRaised(VF from, VF to, VF weight) {
  const VF difference = hn::Sub(to, from);
  return kExact ? hn::MulAdd(difference, weight, Lowered(from))
                : hn::Add(Lowered(from), hn::Mul(difference, weight));
}

template <bool kExact>
HWY_INLINE Bgr LerpAcross(const TapBytes& taps, VF weight) {
  return {{LerpRaised<kExact>(RaisedByte<0>(taps.low), RaisedByte<3>(taps.low), weight),
           LerpRaised<kExact>(RaisedByte<1>(taps.low), RaisedByte<0>(taps.high), weight),
           LerpRaised<kExact>(RaisedByte<2>(taps.low), RaisedByte<1>(taps.high), weight)}};
}

template <bool kExact>
HWY_INLINE Bgr InterpolateWindow(const WindowTaps& taps) {
  const Bgr top = LerpAcross<kExact>(taps.top, taps.wx);
  const Bgr bottom = LerpAcross<kExact>(taps.bottom, taps.wx);
  return {{Lerp(top.channel[0], bottom.channel[0], taps.wy), Lerp(top.channel[1], bottom.channel[1], taps.wy),
           Lerp(top.channel[2], bottom.channel[2], taps.wy)}};
}

/// Unrounded values of the pixels. From column 128 on a coordinate is a multiple of 2^-16, so that
/// the product of its fraction and a difference of bytes has 24 bits at most.
HWY_INLINE Bgr Interpolate(const WindowTaps& taps) {
  return taps.x >= 128 ? InterpolateWindow<true>(taps) : InterpolateWindow<false>(taps);
}

/// Rounds 16 pixels and writes the first `count`, 3 bytes each.
HWY_INLINE void StoreWindow(const Bgr& value, int count, std::uint8_t* out) {
  const __m512i compact = _mm512_load_si512(pixel_order.compact);
  _mm512_mask_storeu_epi8(out, BytesOf(count), _mm512_permutexvar_epi8(compact, RoundAndPack(value).raw));
}

/// Calls `function` with the rows as a std::integral_constant. False where no window fits.
template <class Function>
HWY_INLINE bool WithRows(const WindowShape& shape, Function&& function) {
  switch (shape.rows) {
    case 2:
      function(std::integral_constant<int, 2>());
      return true;
    case 3:
      function(std::integral_constant<int, 3>());
      return true;
    case 4:
      function(std::integral_constant<int, 4>());
      return true;
    default:
      return false;
  }
}

}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
#endif
