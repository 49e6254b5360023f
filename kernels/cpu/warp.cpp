#include "kernels/cpu/warp.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/warp.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/bilinear-inl.hpp"
#include "kernels/cpu/targets.hpp"
#include "kernels/cpu/window-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

void WarpSpan(const TapSource& image, const RowMap& map, Span span, bool inside, Taps& taps,
              std::uint8_t* row) {
  const DU du;
  alignas(64) std::uint32_t packed[chunk_room];
  for (int x = span.begin; x < span.end; x += chunk_pixels) {
    const int count = std::min(chunk_pixels, span.end - x);
    if (inside) {
      LocateInside(image, map, x, count, taps);
      FetchInside(image, 0, count, taps);
    } else {
      LocateAnywhere(image, map, x, count, taps);
      FetchAnywhere(image, 0, count, taps);
    }
    for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(du))) {
      hn::Store(RoundAndPack(Interpolate(taps, i)), du, packed + i);
    }
    StorePixels(packed, count, row + 3 * static_cast<std::ptrdiff_t>(x));
  }
}

#if HWY_TARGET == HWY_AVX3_DL
/// Pixels that all lie inside, through windows.
template <int kRows>
HWY_INLINE void WarpWindows(const TapSource& image, const WindowShape& shape, const RowMap& map, Span span,
                            std::uint8_t* row) {
  CoordinateWalk at(map, span.begin);
  for (int x = span.begin; x < span.end; x += shape.lanes, at.Next(shape.lanes)) {
    StoreWindow(Interpolate(ReadWindow<kRows>(image, shape, at)), std::min(shape.lanes, span.end - x),
                row + 3 * static_cast<std::ptrdiff_t>(x));
  }
}
#endif

/// Requests the pixels under a row that is some rows ahead: frames are large, and come from far.
void Prefetch(const TapSource& image, const RowMap& map, int width) {
  constexpr int step = 16;
  const auto last_x = static_cast<float>(image.width - 1);
  const auto last_y = static_cast<float>(image.height - 1);
  for (int x = 0; x < width; x += step) {
    const auto left = static_cast<std::ptrdiff_t>(clamp_ordered(map.x.at(x), last_x));
    const auto top = static_cast<std::ptrdiff_t>(clamp_ordered(map.y.at(x), last_y));
    __builtin_prefetch(image.data + top * image.stride + 3 * left);
  }
}

void WarpRows(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop, RowRange rows) {
  record_target(HWY_TARGET);
  constexpr int rows_ahead = 6;
  const TapSource image(frame);
  Taps taps{};  // the last vector of a row may look at lanes that were never filled
#if HWY_TARGET == HWY_AVX3_DL
  const WindowShape shape(image, crop_to_frame);
#endif
  for (int y = rows.begin; y < rows.end; ++y) {
    Prefetch(image, RowMap(crop_to_frame, y + rows_ahead), crop.width);
    const RowMap map(crop_to_frame, y);
    const Span inside = InsideSpan(image, map, {0, crop.width});
    std::uint8_t* row = crop.row(y);
    WarpSpan(image, map, {0, inside.begin}, false, taps, row);
#if HWY_TARGET == HWY_AVX3_DL
    const bool done =
        WithRows(shape, [&](auto lines) HWY_ATTR { WarpWindows<lines>(image, shape, map, inside, row); });
    if (!done) {
      WarpSpan(image, map, inside, true, taps, row);
    }
#else
    WarpSpan(image, map, inside, true, taps, row);
#endif
    WarpSpan(image, map, {std::max(inside.begin, inside.end), crop.width}, false, taps, row);
  }
}

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {

HWY_EXPORT(WarpRows);

/// Frames that the vector code cannot address: less than 3 pixels wide, or larger than 2 GB.
void warp_rows_scalar(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop, RowRange rows) {
  for (int y = rows.begin; y < rows.end; ++y) {
    const RowMap map(crop_to_frame, y);
    std::uint8_t* out = crop.row(y);
    for (int x = 0; x < crop.width; ++x, out += 3) {
      const ReplicatedTaps taps(frame, map.x.at(x), map.y.at(x));
      for (int c = 0; c < 3; ++c) {
        out[c] = round_to_byte(taps.value(c));
      }
    }
  }
}

}  // namespace

void warp_rows(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop, RowRange rows) {
  if (fits_vectors(frame)) {
    HWY_DYNAMIC_DISPATCH(WarpRows)(frame, crop_to_frame, crop, rows);
  } else {
    warp_rows_scalar(frame, crop_to_frame, crop, rows);
  }
}

void warp(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop) {
  warp_rows(frame, crop_to_frame, crop, {0, crop.height});
}

}  // namespace ffbench::cpu
#endif
