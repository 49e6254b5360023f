#include "kernels/cpu/composite.hpp"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/composite.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/bilinear-inl.hpp"
#include "kernels/cpu/targets.hpp"
#include "kernels/cpu/window-inl.hpp"

#ifndef FFBENCH_KERNELS_CPU_COMPOSITE_ONCE
#define FFBENCH_KERNELS_CPU_COMPOSITE_ONCE
namespace ffbench::cpu {
namespace {

/// What one call works on.
struct Paste {
  ConstBgrView crop;
  ConstMaskView mask;
  const MaskTiles& tiles;
  const AffineF& map;
  Region region;
  SeamBand band;
  BgrView frame;
  bool zero_changes_nothing;  ///< a mask of 0 has the weight 0
  bool vectors;               ///< the crop fits the vector code

  /// The mask's value between pixels; what lies outside is 0.
  [[nodiscard]] float mask_at(float x, float y) const {
    const float left = std::floor(x);
    const float top = std::floor(y);
    const int x0 = static_cast<int>(left);
    const int y0 = static_cast<int>(top);
    const auto tap = [&](int i, int j) -> float {
      return i >= 0 && i < mask.width && j >= 0 && j < mask.height ? mask.row(j)[i] : 0.0F;
    };
    const float wx = x - left;
    return lerp(lerp(tap(x0, y0), tap(x0 + 1, y0), wx), lerp(tap(x0, y0 + 1), tap(x0 + 1, y0 + 1), wx),
                y - top);
  }

  /// Some pixels of a row, one at a time: near the crop's border.
  void paste_scalar(const RowMap& row_map, std::uint8_t* row, int begin, int end) const {
    for (int x = begin; x < end; ++x) {
      const float sample_x = row_map.x.at(x);
      const float sample_y = row_map.y.at(x);
      const float weight = blend_weight(band, mask_at(sample_x, sample_y));
      const ReplicatedTaps taps(crop, sample_x, sample_y);
      std::uint8_t* pixel = row + 3 * static_cast<std::ptrdiff_t>(x);
      for (int c = 0; c < 3; ++c) {
        pixel[c] = round_to_byte(lerp(pixel[c], taps.value(c), weight));
      }
    }
  }
};

}  // namespace
}  // namespace ffbench::cpu
#endif

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

/// Pixels that are decided together: short enough to follow the mask's outline.
constexpr int paste_pixels = 32;

struct alignas(64) MaskTaps {
  std::uint32_t four[chunk_room];  ///< bytes: upper left, upper right, lower left, lower right
  std::int32_t offset[chunk_room];
};

/// The four mask bytes of each pixel, from offsets that are set.
HWY_INLINE void FetchMask(ConstMaskView mask, int count, MaskTaps& taps) {
  const std::uint8_t* upper = mask.data;
  const std::uint8_t* lower = mask.data + mask.stride_bytes;
  for (int i = 0; i < count; ++i) {
    const std::ptrdiff_t offset = taps.offset[i];
    std::uint16_t top = 0;
    std::uint16_t bottom = 0;
    std::memcpy(&top, upper + offset, sizeof top);
    std::memcpy(&bottom, lower + offset, sizeof bottom);
    taps.four[i] = top | std::uint32_t{bottom} << 16;
  }
}

/// The weights of pixels by their four mask bytes.
HWY_INLINE VF Weight(const SeamBand& band, VU four, VF wx, VF wy) {
  const DF df;
  const VF alpha =
      Lerp(Lerp(ByteAt<0>(four), ByteAt<8>(four), wx), Lerp(ByteAt<16>(four), ByteAt<24>(four), wx), wy);
  const VF t = hn::Mul(hn::Sub(alpha, hn::Set(df, band.low)), hn::Set(df, band.per_unit));
  const VF q = hn::Mul(t, hn::Sub(hn::Set(df, 1.0F), t));
  const VF inside = hn::IfThenElseZero(hn::Gt(q, hn::Zero(df)), q);
  const VF lifted = hn::Add(alpha, hn::Mul(hn::Set(df, band.lift16), hn::Mul(inside, inside)));
  return hn::Mul(lifted, hn::Set(df, 1.0F / 255.0F));
}

HWY_INLINE Bgr Blend(VU background, const Bgr& value, VF weight) {
  return {{Lerp(ByteAt<0>(background), value.channel[0], weight),
           Lerp(ByteAt<8>(background), value.channel[1], weight),
           Lerp(ByteAt<16>(background), value.channel[2], weight)}};
}

struct Workspace {
  Taps taps{};
  MaskTaps mask{};
  alignas(64) std::uint32_t pixels[chunk_room] = {};
};

/// A chunk of pixels through memory.
HWY_INLINE void PasteVectors(const Paste& paste, const TapSource& crop, const RowMap& map, bool full,
                             float full_weight, int x, int count, std::uint8_t* out, Workspace& work) {
  const DF df;
  const DU du;
  const int lanes = static_cast<int>(hn::Lanes(df));
  if (full) {
    LocateInside(crop, map, x, count, work.taps);
  } else {
    LocateInside(crop, map, x, count, work.taps, work.mask.offset, paste.mask.stride_bytes);
    FetchMask(paste.mask, count, work.mask);
  }
  FetchInside(crop, 0, count, work.taps);
  LoadPixels(out, count, work.pixels);
  for (int i = 0; i < count; i += lanes) {
    const VF weight = full ? hn::Set(df, full_weight)
                           : Weight(paste.band, hn::Load(du, work.mask.four + i),
                                    hn::Load(df, work.taps.wx + i), hn::Load(df, work.taps.wy + i));
    const Bgr blended = Blend(hn::Load(du, work.pixels + i), Interpolate(work.taps, i), weight);
    hn::Store(RoundAndPack(blended), du, work.pixels + i);
  }
  StorePixels(work.pixels, count, out);
}

#if HWY_TARGET == HWY_AVX3_DL

/// The four mask bytes of 16 pixels whose window is known.
template <int kRows>
HWY_INLINE VU MaskWindow(ConstMaskView mask, const WindowShape& shape, const WindowTaps& taps) {
  // Left and right, twice: once of the upper row, once of the lower one.
  const __m512i places =
      _mm512_add_epi8(RepeatByte(hn::Sub(taps.x0, hn::Set(DI(), taps.x))), _mm512_set1_epi32(0x01000100));
  const __mmask64 bytes = ~__mmask64{0} >> (64 - shape.pixels);
  constexpr __mmask64 lower_half = 0xcccccccccccccccc;
  const std::uint8_t* from = mask.row(taps.y) + taps.x;
  __m512i row[kRows + 1];
  for (__m512i& each : row) {
    each = _mm512_permutexvar_epi8(places, _mm512_maskz_loadu_epi8(bytes, from));
    from += mask.stride_bytes;
  }
  __m512i four = _mm512_mask_mov_epi8(row[0], lower_half, row[1]);
  for (int i = 1; i < kRows; ++i) {
    const __mmask16 lanes = _mm512_cmpeq_epi32_mask(taps.y0.raw, _mm512_set1_epi32(taps.y + i));
    four = _mm512_mask_mov_epi32(four, lanes, _mm512_mask_mov_epi8(row[i], lower_half, row[i + 1]));
  }
  return VU{four};
}

/// Pixels that all lie inside, through windows.
template <int kRows>
HWY_INLINE void BlendWindows(const Paste& paste, const TapSource& crop, const WindowShape& shape,
                             const RowMap& map, bool full, float full_weight, int x, int count,
                             std::uint8_t* out) {
  const DF df;
  const __m512i spread = _mm512_load_si512(pixel_order.spread);
  CoordinateWalk at(map, x);
  for (; count > 0; count -= shape.lanes, at.Next(shape.lanes), out += 3 * shape.lanes) {
    const int here = std::min(shape.lanes, count);
    const WindowTaps taps = ReadWindow<kRows>(crop, shape, at);
    const VF weight = full ? hn::Set(df, full_weight)
                           : Weight(paste.band, MaskWindow<kRows>(paste.mask, shape, taps), taps.wx, taps.wy);
    const VU background{_mm512_permutexvar_epi8(spread, _mm512_maskz_loadu_epi8(BytesOf(here), out))};
    const Bgr value = Interpolate(taps);
    StoreWindow({{Lerp(Lowered(RaisedByte<0>(background)), value.channel[0], weight),
                  Lerp(Lowered(RaisedByte<1>(background)), value.channel[1], weight),
                  Lerp(Lowered(RaisedByte<2>(background)), value.channel[2], weight)}},
                here, out);
  }
}

#endif

/// What the mask holds under some pixels of a row. Coordinates are monotone along the row: its ends
/// limit the taps.
HWY_INLINE MaskTiles::Cover CoverOf(const MaskTiles& tiles, const RowMap& map, int first, int last) {
  const auto [x_low, x_high] = std::minmax({map.x.at(first), map.x.at(last)});
  const auto [y_low, y_high] = std::minmax({map.y.at(first), map.y.at(last)});
  // All are above -1: moved up by one, truncation is the floor (rounding may lift it by one).
  const int left = static_cast<int>(x_low + 1.0F) - 2;
  const int top = static_cast<int>(y_low + 1.0F) - 2;
  return tiles.cover(left, top, static_cast<int>(x_high) + 1, static_cast<int>(y_high) + 1);
}

/// What the pixels of a row share.
struct RowPaste {
  const Paste& paste;
  const TapSource& crop;
  const RowMap& map;
  float full_weight;
  std::uint8_t* row;
#if HWY_TARGET == HWY_AVX3_DL
  const WindowShape& shape;
#endif
};

/// Pixels under which the mask is known to hold `cover`.
HWY_INLINE void CompositeRun(const RowPaste& on, Span run, bool inside, MaskTiles::Cover cover,
                             Workspace& work) {
  const Paste& paste = on.paste;
  if (cover == MaskTiles::Cover::zero && paste.zero_changes_nothing) {
    return;
  }
  if (!inside) {
    paste.paste_scalar(on.map, on.row, run.begin, run.end);
    return;
  }
  const bool full = cover == MaskTiles::Cover::full;
#if HWY_TARGET == HWY_AVX3_DL
  const bool done = WithRows(on.shape, [&](auto lines) HWY_ATTR {
    BlendWindows<lines>(paste, on.crop, on.shape, on.map, full, on.full_weight, run.begin,
                        run.end - run.begin, on.row + 3 * static_cast<std::ptrdiff_t>(run.begin));
  });
  if (done) {
    return;
  }
#endif
  for (int x = run.begin; x < run.end; x += paste_pixels) {
    PasteVectors(paste, on.crop, on.map, full, on.full_weight, x, std::min(paste_pixels, run.end - x),
                 on.row + 3 * static_cast<std::ptrdiff_t>(x), work);
  }
}

/// Long runs first: most pixels lie where the mask is 0 or 255 far around.
void CompositeSpan(const RowPaste& on, Span span, bool inside, Workspace& work) {
  constexpr int run_pixels = 4 * paste_pixels;
  const auto cover_of = [&](Span part) { return CoverOf(on.paste.tiles, on.map, part.begin, part.end - 1); };
  for (int x = span.begin; x < span.end; x += run_pixels) {
    const Span run{x, std::min(x + run_pixels, span.end)};
    const MaskTiles::Cover cover = cover_of(run);
    if (cover != MaskTiles::Cover::mixed) {
      CompositeRun(on, run, inside, cover, work);
      continue;
    }
    for (int i = run.begin; i < run.end; i += paste_pixels) {
      const Span part{i, std::min(i + paste_pixels, run.end)};
      CompositeRun(on, part, inside, cover_of(part), work);
    }
  }
}

void CompositeRows(const Paste& paste, RowRange rows) {
  record_target(HWY_TARGET);
  const TapSource crop(paste.crop);
  const float full_weight = blend_weight(paste.band, 255.0F);
#if HWY_TARGET == HWY_AVX3_DL
  const WindowShape shape(crop, paste.map);
#endif
  const auto width = static_cast<float>(paste.crop.width);
  const auto height = static_cast<float>(paste.crop.height);
  Workspace work;
  for (int y = rows.begin; y < rows.end; ++y) {
    const RowMap map(paste.map, y);
    const Span across =
        span_between(map.x, -1.0F, width, {paste.region.x, paste.region.x + paste.region.width});
    const Span span = span_between(map.y, -1.0F, height, across);
    const Span inside = paste.vectors ? InsideSpan(crop, map, span) : Span{span.begin, span.begin};
    const RowPaste on {
      paste, crop, map, full_weight, paste.frame.row(y),
#if HWY_TARGET == HWY_AVX3_DL
          shape
#endif
    };
    CompositeSpan(on, {span.begin, inside.begin}, false, work);
    CompositeSpan(on, inside, true, work);
    CompositeSpan(on, {std::max(inside.begin, inside.end), span.end}, false, work);
  }
}

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {
HWY_EXPORT(CompositeRows);
}

SeamBand::SeamBand(const Preset& preset)
    : low(static_cast<float>(preset.seam_low)),
      per_unit(static_cast<float>(1 / (preset.seam_high - preset.seam_low))),
      lift16(preset.seam ? static_cast<float>(16 * preset.seam_lift) : 0.0F) {}

float blend_weight(const SeamBand& band, float alpha) {
  const float t = (alpha - band.low) * band.per_unit;
  const float q = t * (1.0F - t);
  const float inside = q > 0.0F ? q : 0.0F;
  return (alpha + band.lift16 * (inside * inside)) * (1.0F / 255.0F);
}

void composite_rows(ConstBgrView crop, ConstMaskView mask, const MaskTiles& tiles,
                    const AffineF& frame_to_crop, const Region& region, const SeamBand& band, BgrView frame,
                    RowRange rows) {
  const RowRange inside{std::max(rows.begin, region.y), std::min(rows.end, region.y + region.height)};
  if (inside.begin >= inside.end || region.width <= 0) {
    return;
  }
  const bool vectors =
      fits_vectors(crop) && crop.height >= 2 && std::abs(mask.stride_bytes) * mask.height <= 0x7fffffff;
  const Paste paste{crop,   mask, tiles, frame_to_crop, region, band, frame, blend_weight(band, 0.0F) == 0.0F,
                    vectors};
  HWY_DYNAMIC_DISPATCH(CompositeRows)(paste, inside);
}

void composite(ConstBgrView crop, ConstMaskView mask, const AffineF& frame_to_crop, const Region& region,
               const SeamBand& band, BgrView frame) {
  MaskTiles tiles;
  tiles.update(mask);
  composite_rows(crop, mask, tiles, frame_to_crop, region, band, frame, {region.y, region.y + region.height});
}

}  // namespace ffbench::cpu
#endif
