// Included once per target (Highway's foreach_target): the steps that warp and composite share.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "core/image.hpp"
#include "kernels/cpu/row_line.hpp"
#include "kernels/cpu/scalar_sample.hpp"

#if defined(FFBENCH_KERNELS_CPU_BILINEAR_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef FFBENCH_KERNELS_CPU_BILINEAR_INL
#undef FFBENCH_KERNELS_CPU_BILINEAR_INL
#else
#define FFBENCH_KERNELS_CPU_BILINEAR_INL
#endif

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Pixels are done in chunks: all coordinates, then all loads, then all arithmetic. The loads are
/// scalar, as gathers are no faster, and their results are long in the cache when they are read as
/// vectors.
inline constexpr int chunk_pixels = 64;
/// Room for the last, partial vector.
inline constexpr int chunk_room = chunk_pixels + 16;

using DF = hn::CappedTag<float, 16>;
using DI = hn::Rebind<std::int32_t, DF>;
using DU = hn::Rebind<std::uint32_t, DF>;
using VF = hn::Vec<DF>;
using VI = hn::Vec<DI>;
using VU = hn::Vec<DU>;

/// An image as the vector code reads it: 8 bytes from a tap hold the pixel and its right neighbour.
struct TapSource {
  const std::uint8_t* data;
  std::ptrdiff_t stride;
  int width;
  int height;

  explicit TapSource(ConstBgrView image)
      : data(image.data), stride(image.stride_bytes), width(image.width), height(image.height) {}
};

/// The taps of a chunk.
struct alignas(64) Taps {
  float wx[chunk_room];
  float wy[chunk_room];
  std::uint64_t top[chunk_room];  ///< bytes B G R of the left tap, then of the right one
  std::uint64_t bottom[chunk_room];
  std::int32_t offset[chunk_room];         ///< of the upper left tap, in bytes
  std::int32_t offset_bottom[chunk_room];  ///< of the lower left tap
  /// Bits by which a tap at the right border is moved into place
  std::int32_t shift[chunk_room];
};

/// The coordinates of the pixels x, x+1, ... of a row, vector after vector. Its numbers live in
/// registers: read through the map they would be loaded again after every store.
class CoordinateWalk {
 public:
  HWY_INLINE CoordinateWalk(const RowMap& map, int x)
      : step_x_(hn::Set(DF(), map.x.step)),
        offset_x_(hn::Set(DF(), map.x.offset)),
        step_y_(hn::Set(DF(), map.y.step)),
        offset_y_(hn::Set(DF(), map.y.offset)),
        column_(hn::Add(FirstColumns(), hn::Set(DI(), x))) {}

  HWY_INLINE VF X() const { return hn::Add(hn::Mul(step_x_, hn::ConvertTo(DF(), column_)), offset_x_); }
  HWY_INLINE VF Y() const { return hn::Add(hn::Mul(step_y_, hn::ConvertTo(DF(), column_)), offset_y_); }
  HWY_INLINE void Next(int pixels = static_cast<int>(hn::Lanes(DI()))) {
    column_ = hn::Add(column_, hn::Set(DI(), pixels));
  }

 private:
  /// 0, 1, 2, ... from memory: Highway's Iota writes them one by one first, which stalls the load
  /// that follows.
  static HWY_INLINE VI FirstColumns() {
    alignas(64) static constexpr std::int32_t columns[16] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                             8, 9, 10, 11, 12, 13, 14, 15};
    return hn::Load(DI(), columns);
  }

  VF step_x_;
  VF offset_x_;
  VF step_y_;
  VF offset_y_;
  VI column_;
};

/// Towards zero, for numbers that fit. Highway's ConvertTo also answers for those that do not,
/// which takes four more steps.
HWY_INLINE VI Truncate(VF value) {
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  return VI{_mm512_cvttps_epi32(value.raw)};
#elif HWY_TARGET == HWY_AVX2
  return VI{_mm256_cvttps_epi32(value.raw)};
#elif HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_SSSE3
  return VI{_mm_cvttps_epi32(value.raw)};
#else
  return hn::ConvertTo(DI(), value);
#endif
}

/// Limits by ordered comparison; NaN becomes 0.
HWY_INLINE VF ClampOrdered(VF value, VF high) {
  const VF from_zero = hn::IfThenElseZero(hn::Gt(value, hn::Zero(DF())), value);
  return hn::IfThenElse(hn::Lt(from_zero, high), from_zero, high);
}

HWY_INLINE std::uint64_t LoadEight(const std::uint8_t* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

HWY_INLINE VI Triple(VI v) {
  return hn::Add(v, hn::Add(v, v));
}

/// Coordinates, weights and offsets of `count` pixels that all lie where no limit acts: 0 <= X,
/// int(X) <= width - 3, 0 <= Y, int(Y) <= height - 2. With `mask_offset` also the offsets into a
/// mask of the same size whose rows are `mask_stride` apart.
HWY_INLINE void LocateInside(const TapSource& image, const RowMap& map, int x, int count, Taps& taps,
                             std::int32_t* mask_offset = nullptr, std::ptrdiff_t mask_stride = 0) {
  const DF df;
  const DI di;
  const VI stride = hn::Set(di, static_cast<std::int32_t>(image.stride));
  const VI row_of_mask = hn::Set(di, static_cast<std::int32_t>(mask_stride));
  CoordinateWalk at(map, x);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(df)), at.Next()) {
    const VF sx = at.X();
    const VF sy = at.Y();
    const VI x0 = Truncate(sx);
    const VI y0 = Truncate(sy);
    hn::Store(hn::Sub(sx, hn::ConvertTo(df, x0)), df, taps.wx + i);
    hn::Store(hn::Sub(sy, hn::ConvertTo(df, y0)), df, taps.wy + i);
    hn::Store(hn::Add(hn::Mul(y0, stride), Triple(x0)), di, taps.offset + i);
    if (mask_offset != nullptr) {
      hn::Store(hn::Add(hn::Mul(y0, row_of_mask), x0), di, mask_offset + i);
    }
  }
}

HWY_INLINE void FetchInside(const TapSource& image, int begin, int end, Taps& taps) {
  const std::uint8_t* upper = image.data;
  const std::uint8_t* lower = image.data + image.stride;
  for (int i = begin; i < end; ++i) {
    const std::ptrdiff_t offset = taps.offset[i];
    taps.top[i] = LoadEight(upper + offset);
    taps.bottom[i] = LoadEight(lower + offset);
  }
}

/// The same anywhere, for a replicated border. Where a right or lower tap would lie outside, its
/// weight is 0 and what is read in its place does not matter: p + (q - p) * 0 = p.
HWY_INLINE void LocateAnywhere(const TapSource& image, const RowMap& map, int x, int count, Taps& taps) {
  const DF df;
  const DI di;
  const VI stride = hn::Set(di, static_cast<std::int32_t>(image.stride));
  const VI last_row = hn::Set(di, image.height - 1);
  const VI last_load = hn::Set(di, 3 * image.width - 8);
  const VF limit_x = hn::Set(df, static_cast<float>(image.width - 1));
  const VF limit_y = hn::Set(df, static_cast<float>(image.height - 1));
  CoordinateWalk at(map, x);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(df)), at.Next()) {
    const VF sx = ClampOrdered(at.X(), limit_x);
    const VF sy = ClampOrdered(at.Y(), limit_y);
    const VI x0 = Truncate(sx);
    const VI y0 = Truncate(sy);
    hn::Store(hn::Sub(sx, hn::ConvertTo(df, x0)), df, taps.wx + i);
    hn::Store(hn::Sub(sy, hn::ConvertTo(df, y0)), df, taps.wy + i);
    const VI wanted = Triple(x0);
    const VI loaded = hn::Min(wanted, last_load);
    const VI offset = hn::Add(hn::Mul(y0, stride), loaded);
    hn::Store(offset, di, taps.offset + i);
    hn::Store(hn::Add(offset, hn::IfThenElseZero(hn::Lt(y0, last_row), stride)), di, taps.offset_bottom + i);
    hn::Store(hn::ShiftLeft<3>(hn::Sub(wanted, loaded)), di, taps.shift + i);
  }
}

HWY_INLINE void FetchAnywhere(const TapSource& image, int begin, int end, Taps& taps) {
  for (int i = begin; i < end; ++i) {
    taps.top[i] = LoadEight(image.data + taps.offset[i]) >> taps.shift[i];
    taps.bottom[i] = LoadEight(image.data + taps.offset_bottom[i]) >> taps.shift[i];
  }
}

/// Left and right taps of a row, one channel each, as floats.
struct TapRow {
  VF left[3];
  VF right[3];
};

template <int kShift>
HWY_INLINE VF ByteAt(VU packed) {
  const DF df;
  const DI di;
  const DU du;
  const VU moved = kShift == 0 ? packed : hn::ShiftRight<kShift>(packed);
  return hn::ConvertTo(df, hn::BitCast(di, kShift == 24 ? moved : hn::And(moved, hn::Set(du, 0xff))));
}

/// The same of each pixel: the bytes B G R B' and G' R', the primed ones of the right tap.
struct TapBytes {
  VU low;
  VU high;
};

HWY_INLINE TapRow AsFloats(const TapBytes& bytes) {
  return {{ByteAt<0>(bytes.low), ByteAt<8>(bytes.low), ByteAt<16>(bytes.low)},
          {ByteAt<24>(bytes.low), ByteAt<0>(bytes.high), ByteAt<8>(bytes.high)}};
}

HWY_INLINE TapBytes LoadTapBytes(const std::uint64_t* pairs) {
  const DU du;
#if HWY_TARGET == HWY_SCALAR
  return {hn::Set(du, static_cast<std::uint32_t>(*pairs)),
          hn::Set(du, static_cast<std::uint32_t>(*pairs >> 32))};
#else
  const hn::Repartition<std::uint64_t, DU> d64;
  const VU first = hn::BitCast(du, hn::Load(d64, pairs));
  const VU second = hn::BitCast(du, hn::Load(d64, pairs + hn::Lanes(d64)));
  return {hn::ConcatEven(du, second, first), hn::ConcatOdd(du, second, first)};
#endif
}

HWY_INLINE VF Lerp(VF from, VF to, VF weight) {
  return hn::Add(from, hn::Mul(hn::Sub(to, from), weight));
}

struct Bgr {
  VF channel[3];
};

/// Unrounded values between four taps.
HWY_INLINE Bgr Interpolate(const TapBytes& upper, const TapBytes& lower, VF wx, VF wy) {
  const TapRow top = AsFloats(upper);
  const TapRow bottom = AsFloats(lower);
  Bgr result;
  for (int c = 0; c < 3; ++c) {
    result.channel[c] =
        Lerp(Lerp(top.left[c], top.right[c], wx), Lerp(bottom.left[c], bottom.right[c], wx), wy);
  }
  return result;
}

/// The same of the pixels i, i+1, ... of a chunk.
HWY_INLINE Bgr Interpolate(const Taps& taps, int i) {
  const DF df;
  return Interpolate(LoadTapBytes(taps.top + i), LoadTapBytes(taps.bottom + i), hn::Load(df, taps.wx + i),
                     hn::Load(df, taps.wy + i));
}

/// Rounds three channels and packs them as B + 256 G + 65536 R; the highest byte is of no matter.
HWY_INLINE VU RoundAndPack(const Bgr& value) {
  const DF df;
  const DU du;
  const VF magic = hn::Set(df, rounding_magic);
  const VU b = hn::BitCast(du, hn::Add(value.channel[0], magic));
  const VU g = hn::ShiftLeft<8>(hn::BitCast(du, hn::Add(value.channel[1], magic)));
  const VU r = hn::ShiftLeft<16>(hn::BitCast(du, hn::Add(value.channel[2], magic)));
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
  constexpr int where_mask_else = 0xca;  // the mask's bits choose between the others'
  const __m512i bg = _mm512_ternarylogic_epi32(_mm512_set1_epi32(0xff), b.raw, g.raw, where_mask_else);
  return VU{_mm512_ternarylogic_epi32(_mm512_set1_epi32(0xffff), bg, r.raw, where_mask_else)};
#else
  const VU byte = hn::Set(du, 0xff);
  return hn::Or(hn::And(b, byte), hn::Or(hn::And(g, hn::Set(du, 0xff00)), r));
#endif
}

#if HWY_TARGET != HWY_SCALAR
using D8 = hn::Full128<std::uint8_t>;
#endif

#if HWY_TARGET == HWY_AVX3_DL

/// 16 packed pixels as 48 bytes, and back: where each byte comes from.
struct PixelOrder {
  alignas(64) std::uint8_t compact[64] = {};
  alignas(64) std::uint8_t spread[64] = {};
  constexpr PixelOrder() {
    for (int i = 0; i < 48; ++i) {
      compact[i] = static_cast<std::uint8_t>(i / 3 * 4 + i % 3);
    }
    for (int i = 0; i < 64; ++i) {
      spread[i] = static_cast<std::uint8_t>(i / 4 * 3 + i % 4);  // the fourth byte is of no matter
    }
  }
};
inline constexpr PixelOrder pixel_order;

/// The bytes of the first `count` of 16 pixels.
HWY_INLINE __mmask64 BytesOf(int count) {
  return count >= 16 ? (__mmask64{1} << 48) - 1 : (__mmask64{1} << (3 * count)) - 1;
}

#endif

/// Writes `count` packed pixels as 3 bytes each, and nothing behind them. Reads up to the next
/// multiple of 4 of `packed`; whole vectors of it where the processor has AVX-512.
HWY_INLINE void StorePixels(const std::uint32_t* packed, int count, std::uint8_t* out) {
  int i = 0;
#if HWY_TARGET == HWY_AVX3_DL
  const __m512i compact = _mm512_load_si512(pixel_order.compact);
  for (; i < count; i += 16) {
    const __m512i bytes = _mm512_permutexvar_epi8(compact, _mm512_load_si512(packed + i));
    _mm512_mask_storeu_epi8(out + 3 * i, BytesOf(count - i), bytes);
  }
#elif HWY_TARGET != HWY_SCALAR
  const D8 d8;
  alignas(16) static constexpr std::uint8_t order[16] = {0,  1,  2,  4,  5,   6,   8,   9,
                                                         10, 12, 13, 14, 128, 128, 128, 128};
  const auto compact = hn::Load(d8, order);
  const hn::Repartition<std::uint32_t, D8> d32;
  // 16 bytes are written for 12: as long as two more pixels follow, the next store overwrites the
  // rest.
  for (; i + 6 <= count; i += 4) {
    const auto four = hn::TableLookupBytesOr0(hn::BitCast(d8, hn::Load(d32, packed + i)), compact);
    hn::StoreU(four, d8, out + 3 * i);
  }
#endif
  for (; i < count; ++i) {
    const std::uint32_t pixel = packed[i];
    out[3 * i] = static_cast<std::uint8_t>(pixel);
    out[3 * i + 1] = static_cast<std::uint8_t>(pixel >> 8);
    out[3 * i + 2] = static_cast<std::uint8_t>(pixel >> 16);
  }
}

/// Reads `count` pixels of 3 bytes into B + 256 G + 65536 R, and nothing behind them; the highest
/// byte is of no matter. `packed` has room for whole vectors.
HWY_INLINE void LoadPixels(const std::uint8_t* from, int count, std::uint32_t* packed) {
  int i = 0;
#if HWY_TARGET == HWY_AVX3_DL
  const __m512i spread = _mm512_load_si512(pixel_order.spread);
  for (; i < count; i += 16) {
    const __m512i bytes = _mm512_maskz_loadu_epi8(BytesOf(count - i), from + 3 * i);
    _mm512_store_si512(packed + i, _mm512_permutexvar_epi8(spread, bytes));
  }
#elif HWY_TARGET != HWY_SCALAR
  const D8 d8;
  alignas(16) static constexpr std::uint8_t order[16] = {0, 1, 2, 128, 3, 4,  5,  128,
                                                         6, 7, 8, 128, 9, 10, 11, 128};
  const auto spread = hn::Load(d8, order);
  const hn::Repartition<std::uint32_t, D8> d32;
  for (; i + 6 <= count; i += 4) {
    const auto four = hn::TableLookupBytesOr0(hn::LoadU(d8, from + 3 * i), spread);
    hn::Store(hn::BitCast(d32, four), d32, packed + i);
  }
#endif
  for (; i < count; ++i) {
    packed[i] = std::uint32_t{from[3 * i]} | std::uint32_t{from[3 * i + 1]} << 8 |
                std::uint32_t{from[3 * i + 2]} << 16;
  }
}

/// The part of `range` where `LocateInside` may be used.
inline Span InsideSpan(const TapSource& image, const RowMap& map, Span range) {
  // X >= 0 is X > -smallest subnormal: there is no number between.
  constexpr float below_zero = -1.40129846432481707e-45F;
  const Span across = span_between(map.x, below_zero, static_cast<float>(image.width - 2), range);
  return span_between(map.y, below_zero, static_cast<float>(image.height - 1), across);
}

}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
