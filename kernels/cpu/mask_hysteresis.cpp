#include "kernels/cpu/mask_hysteresis.hpp"

#include <algorithm>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/mask_hysteresis.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/targets.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// One vector of `now`, held within the band around it.
template <typename D>
HWY_INLINE hn::Vec<D> Hold(D d, hn::Vec<D> now, hn::Vec<D> before, hn::Vec<D> band) {
  const auto held = hn::Min(hn::Max(before, hn::SaturatedSub(now, band)), hn::SaturatedAdd(now, band));
  const auto certain = hn::Or(hn::Eq(now, hn::Zero(d)), hn::Eq(now, hn::Set(d, 255)));
  return hn::IfThenElse(certain, now, held);
}

template <typename D>
HWY_INLINE int HoldVectors(D d, const std::uint8_t* previous, std::uint8_t band, int x, int width,
                           std::uint8_t* mask, std::uint8_t* state) {
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (; x + lanes <= width; x += lanes) {
    const auto result = Hold(d, hn::LoadU(d, mask + x), hn::LoadU(d, previous + x), hn::Set(d, band));
    hn::StoreU(result, d, mask + x);
    if (state != nullptr) {
      hn::StoreU(result, d, state + x);
    }
  }
  return x;
}

void HysteresisRows(ConstMaskView previous, std::uint8_t band, MaskView mask, MaskView state, RowRange rows) {
  record_target(HWY_TARGET);
  const hn::ScalableTag<std::uint8_t> whole;
  const hn::CappedTag<std::uint8_t, 1> single;
  for (int y = rows.begin; y < rows.end; ++y) {
    std::uint8_t* kept = state.data == nullptr ? nullptr : state.row(y);
    const int x = HoldVectors(whole, previous.row(y), band, 0, mask.width, mask.row(y), kept);
    HoldVectors(single, previous.row(y), band, x, mask.width, mask.row(y), kept);
  }
}

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {
HWY_EXPORT(HysteresisRows);

/// A wider band than this changes nothing.
std::uint8_t band_byte(int band) {
  return static_cast<std::uint8_t>(std::clamp(band, 0, 255));
}
}  // namespace

void mask_hysteresis(ConstMaskView previous, int band, MaskView mask) {
  HWY_DYNAMIC_DISPATCH(HysteresisRows)(previous, band_byte(band), mask, MaskView{}, {0, mask.height});
}

void mask_hysteresis_update_rows(MaskView previous, int band, MaskView mask, RowRange rows) {
  HWY_DYNAMIC_DISPATCH(HysteresisRows)(previous, band_byte(band), mask, previous, rows);
}

}  // namespace ffbench::cpu
#endif
