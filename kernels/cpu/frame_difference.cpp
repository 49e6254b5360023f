#include "kernels/cpu/frame_difference.hpp"

#include <algorithm>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/frame_difference.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/targets.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Sums of 32 bits hold this many squares in any one lane.
constexpr std::ptrdiff_t block_bytes = 16384;

std::uint64_t SquaresOfBlock(const std::uint8_t* a, const std::uint8_t* b, std::ptrdiff_t count) {
  std::ptrdiff_t i = 0;
  std::uint64_t total = 0;
#if HWY_TARGET != HWY_SCALAR
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const hn::RepartitionToWide<decltype(d16)> d32;
  auto even = hn::Zero(d32);
  auto odd = hn::Zero(d32);
  const auto lanes = static_cast<std::ptrdiff_t>(hn::Lanes(d16));
  for (; i + lanes <= count; i += lanes) {
    const auto difference =
        hn::Sub(hn::PromoteTo(d16, hn::LoadU(d8, a + i)), hn::PromoteTo(d16, hn::LoadU(d8, b + i)));
    even = hn::ReorderWidenMulAccumulate(d32, difference, difference, even, odd);
  }
  alignas(64) std::int32_t sums[hn::MaxLanes(d32)];
  for (const auto part : {even, odd}) {
    hn::Store(part, d32, sums);
    for (std::size_t k = 0; k < hn::Lanes(d32); ++k) {
      total += static_cast<std::uint64_t>(sums[k]);
    }
  }
#endif
  for (; i < count; ++i) {
    const int difference = int{a[i]} - int{b[i]};
    total += static_cast<std::uint64_t>(difference * difference);
  }
  return total;
}

std::uint64_t SumSquares(ConstBgrView a, ConstBgrView b) {
  record_target(HWY_TARGET);
  std::uint64_t total = 0;
  const std::ptrdiff_t bytes = 3 * static_cast<std::ptrdiff_t>(a.width);
  for (int y = 0; y < a.height; ++y) {
    for (std::ptrdiff_t x = 0; x < bytes; x += block_bytes) {
      total += SquaresOfBlock(a.row(y) + x, b.row(y) + x, std::min(block_bytes, bytes - x));
    }
  }
  return total;
}

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {
HWY_EXPORT(SumSquares);
}

std::uint64_t frame_difference(ConstBgrView a, ConstBgrView b) {
  return HWY_DYNAMIC_DISPATCH(SumSquares)(a, b);
}

}  // namespace ffbench::cpu
#endif
