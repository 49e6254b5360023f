#include "kernels/cpu/warp.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/warp.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/bilinear-inl.hpp"
#include "kernels/cpu/targets.hpp"

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

void WarpRows(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop, RowRange rows) {
  record_target(HWY_TARGET);
  const TapSource image(frame);
  Taps taps{};  // the last vector of a row may look at lanes that were never filled
  for (int y = rows.begin; y < rows.end; ++y) {
    const RowMap map(crop_to_frame, y);
    const Span inside = InsideSpan(image, map, {0, crop.width});
    std::uint8_t* row = crop.row(y);
    WarpSpan(image, map, {0, inside.begin}, false, taps, row);
    WarpSpan(image, map, inside, true, taps, row);
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
