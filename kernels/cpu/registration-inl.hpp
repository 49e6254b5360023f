// Included once per target (Highway's foreach_target): what the refinement network
// reads, and the step of least squares (NUMERICS.md, "Landmark refinement").

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include <hwy/highway.h>

#include "core/numeric/refinement.hpp"

#if defined(FFBENCH_KERNELS_CPU_REGISTRATION_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef FFBENCH_KERNELS_CPU_REGISTRATION_INL
#undef FFBENCH_KERNELS_CPU_REGISTRATION_INL
#else
#define FFBENCH_KERNELS_CPU_REGISTRATION_INL
#endif

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int inputs = RefinementNetwork::inputs;
inline constexpr int channels = RefinementNetwork::channels;
inline constexpr int side1 = RefinementNetwork::side1;
inline constexpr int side2 = RefinementNetwork::side2;

using D32 = hn::CappedTag<std::int32_t, 16>;
using V32 = hn::Vec<D32>;
inline constexpr int lanes32 = static_cast<int>(hn::MaxLanes(D32()));
inline constexpr int groups = channels / lanes32;

/// Pixels of a patch, rows of which are a whole number of vectors. What follows the 11 pixels of a
/// row is 0 wherever pixels are summed up.
inline constexpr int stride = 16;
using Patch = std::int32_t[patch_side][stride];
static_assert(stride % lanes32 == 0);

/// -1 where a lane of a row is a pixel of the patch.
alignas(64) inline constexpr std::int32_t in_patch[stride] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

/// Calls `function(y, x)` for every vector of a patch.
template <class Function>
HWY_INLINE void ForEachVector(Function&& function) {
  for (int y = 0; y < patch_side; ++y) {
    for (int x = 0; x < stride; x += lanes32) {
      function(y, x);
    }
  }
}

HWY_INLINE std::int32_t SumOf(V32 lanes) {
  return hn::GetLane(hn::SumOfLanes(D32(), lanes));
}

#if HWY_TARGET != HWY_SCALAR
/// Each odd lane in the place of the even one before it.
HWY_INLINE V32 OddLanes(V32 v) {
  const hn::Repartition<std::uint64_t, D32> u64;
  return hn::BitCast(D32(), hn::ShiftRight<32>(hn::BitCast(u64, v)));
}
#endif

/// (a * factor + 2^(kShift - 1)) / 2^kShift of each lane, rounded down; the products have 64 bits,
/// the results fit 32.
template <int kShift>
HWY_INLINE V32 ScaleDown(V32 a, V32 factor) {
#if HWY_TARGET == HWY_SCALAR
  const std::int64_t product = std::int64_t{hn::GetLane(a)} * hn::GetLane(factor);
  return hn::Set(D32(), static_cast<std::int32_t>((product + (std::int64_t{1} << (kShift - 1))) >> kShift));
#else
  const D32 d32;
  const hn::RepartitionToWide<D32> d64;
  const hn::Repartition<std::uint64_t, D32> u64;
  const auto rounding = hn::Set(d64, std::int64_t{1} << (kShift - 1));
  const auto even = hn::BitCast(u64, hn::Add(hn::MulEven(a, factor), rounding));
  const auto odd = hn::BitCast(u64, hn::Add(hn::MulEven(OddLanes(a), OddLanes(factor)), rounding));
  // Bits kShift ... kShift + 31 of each, brought to the lane's half.
  return hn::OddEven(hn::BitCast(d32, hn::ShiftLeft<32 - kShift>(odd)),
                     hn::BitCast(d32, hn::ShiftRight<kShift>(even)));
#endif
}

HWY_INLINE V32 ToByte(V32 v) {
  const D32 d32;
  return hn::Max(hn::Min(v, hn::Set(d32, 127)), hn::Set(d32, -127));
}

/// The reference between its pixels and its slopes there, each 121 times less its sum. `s` and `t`
/// in phases.
struct Read {
  alignas(64) Patch value;
  alignas(64) Patch slope_x;
  alignas(64) Patch slope_y;
};

inline void AboutMean(Patch& patch) {
  const D32 d32;
  V32 sums = hn::Zero(d32);
  ForEachVector([&](int y, int x) HWY_ATTR {
    sums = hn::Add(sums, hn::And(hn::Load(d32, patch[y] + x), hn::Load(d32, in_patch + x)));
  });
  const V32 sum = hn::Set(d32, SumOf(sums));
  const V32 pixels = hn::Set(d32, patch_pixels);
  ForEachVector([&](int y, int x) HWY_ATTR {
    const V32 about = hn::Sub(hn::Mul(hn::Load(d32, patch[y] + x), pixels), sum);
    hn::Store(hn::And(about, hn::Load(d32, in_patch + x)), d32, patch[y] + x);
  });
}

/// A reference whose rows may be read in whole vectors.
struct PaddedReference {
  static constexpr int room = stride;
  std::int16_t pixel[reference_pixels + room] = {};
  explicit PaddedReference(const LandmarkReference& reference) {
    std::memcpy(pixel, reference.data(), sizeof reference);
  }
};

inline void ReadReference(const PaddedReference& reference, int s, int t, Read& out) {
  const ReadTaps& across = read_tap_table[static_cast<std::size_t>(s & (read_phases - 1))];
  const ReadTaps& down = read_tap_table[static_cast<std::size_t>(t & (read_phases - 1))];
  constexpr int rows = patch_side + 3;
  const D32 d32;
  const hn::Rebind<std::int16_t, D32> d16;
  alignas(64) std::int32_t value[rows][stride];
  alignas(64) std::int32_t slope[rows][stride];
  const std::int16_t* from = reference.pixel + (1 + (t >> 6)) * reference_side + 1 + (s >> 6);
  for (int y = 0; y < rows; ++y, from += reference_side) {
    for (int x = 0; x < stride; x += lanes32) {
      V32 of_value = hn::Set(d32, 32);
      V32 of_slope = of_value;
      for (std::size_t k = 0; k < 4; ++k) {
        const V32 pixels = hn::PromoteTo(d32, hn::LoadU(d16, from + x + k));
        of_value = hn::Add(of_value, hn::Mul(pixels, hn::Set(d32, across.value[k])));
        of_slope = hn::Add(of_slope, hn::Mul(pixels, hn::Set(d32, across.slope[k])));
      }
      hn::Store(hn::ShiftRight<6>(of_value), d32, value[y] + x);
      hn::Store(hn::ShiftRight<6>(of_slope), d32, slope[y] + x);
    }
  }
  const auto along = [](const std::array<std::int32_t, 4>& taps, const std::int32_t(*in)[stride],
                        Patch& result) HWY_ATTR {
    const D32 d;
    ForEachVector([&](int y, int x) HWY_ATTR {
      V32 sum = hn::Set(d, 8192);
      for (int k = 0; k < 4; ++k) {
        sum =
            hn::Add(sum, hn::Mul(hn::Load(d, in[y + k] + x), hn::Set(d, taps[static_cast<std::size_t>(k)])));
      }
      hn::Store(hn::ShiftRight<14>(sum), d, result[y] + x);
    });
  };
  along(down.value, value, out.value);
  along(down.value, slope, out.slope_x);
  along(down.slope, value, out.slope_y);
  AboutMean(out.value);
  AboutMean(out.slope_x);
  AboutMean(out.slope_y);
}

/// The patch in the middle of a view, 121 times less its sum, and the sum of its absolute values.
struct SeenPatch {
  alignas(64) Patch pixel;
  std::int32_t spread = 0;

  explicit SeenPatch(const LandmarkView& view) {
    constexpr int margin = (view_side - patch_side) / 2;
    for (int y = 0; y < patch_side; ++y) {
      const std::uint8_t* from = view.data() + (y + margin) * view_side + margin;
      for (int x = 0; x < stride; ++x) {
        pixel[y][x] = x < patch_side ? from[x] : 0;
      }
    }
    AboutMean(pixel);
    const D32 d32;
    V32 sums = hn::Zero(d32);
    ForEachVector([&](int y, int x) HWY_ATTR { sums = hn::Add(sums, hn::Abs(hn::Load(d32, pixel[y] + x))); });
    spread = SumOf(sums);
  }
};

/// p = (P' a + 2^19) / 2^20 for the gain a. Where the patch is nearly flat, a exceeds 32 bits.
inline void ApplyGain(const Patch& patch, std::int64_t gain, Patch& out) {
  const D32 d32;
  if (gain > 0x7fffffff) {
    for (int y = 0; y < patch_side; ++y) {
      for (int x = 0; x < stride; ++x) {
        out[y][x] = static_cast<std::int32_t>((patch[y][x] * gain + (1 << 19)) >> 20);
      }
    }
    return;
  }
  const V32 factor = hn::Set(d32, static_cast<std::int32_t>(gain));
  ForEachVector([&](int y, int x) HWY_ATTR {
    hn::Store(ScaleDown<20>(hn::Load(d32, patch[y] + x), factor), d32, out[y] + x);
  });
}

/// What the network reads of each pixel.
struct NetworkInput {
  alignas(64) Patch reference;
  alignas(64) Patch difference;
  alignas(64) Patch evidence_x;
  alignas(64) Patch evidence_y;
};

/// Sums of 64-bit products, both halves of a vector's lanes.
struct WideSum {
#if HWY_TARGET == HWY_SCALAR
  std::int64_t sum = 0;
  HWY_INLINE void Add(V32 a, V32 b) {
    sum += std::int64_t{hn::GetLane(a)} * hn::GetLane(b);
  }
  HWY_INLINE std::int64_t Total() const {
    return sum;
  }
#else
  using D64 = hn::RepartitionToWide<D32>;
  hn::Vec<D64> sum;
  HWY_INLINE WideSum() : sum(hn::Zero(D64())) {}  // a default constructor would lack the target
  HWY_INLINE void Add(V32 a, V32 b) {
    sum = hn::Add(sum, hn::Add(hn::MulEven(a, b), hn::MulEven(OddLanes(a), OddLanes(b))));
  }
  HWY_INLINE std::int64_t Total() const {
    return hn::GetLane(hn::SumOfLanes(D64(), sum));
  }
#endif
};

/// What the network reads, and the step of least squares.
inline void Register(const SeenPatch& seen, const PaddedReference& reference, int s, int t,
                     NetworkInput& input, std::int64_t* step) {
  const D32 d32;
  Read read;
  ReadReference(reference, s, t, read);
  V32 spreads = hn::Zero(d32);
  ForEachVector([&](int y, int x)
                    HWY_ATTR { spreads = hn::Add(spreads, hn::Abs(hn::Load(d32, read.value[y] + x))); });
  const std::int32_t spread = SumOf(spreads);
  const std::int32_t spread_p = seen.spread;
  const std::int64_t scale = (std::int64_t{32 * patch_pixels} << 24) /
                             std::max(spread, patch_pixels * patch_pixels * reference_steps);

  // Contrast: the bytes r, gx, gy, and the sums of their products.
  const V32 factor = hn::Set(d32, static_cast<std::int32_t>(scale));
  V32 sums_rr = hn::Zero(d32);
  V32 sums_pr = hn::Zero(d32);
  V32 sums_r = hn::Zero(d32);
  V32 sums_xx = hn::Zero(d32);
  V32 sums_yy = hn::Zero(d32);
  V32 sums_xy = hn::Zero(d32);
  ForEachVector([&](int y, int x) HWY_ATTR {
    const V32 r = ToByte(ScaleDown<24>(hn::Load(d32, read.value[y] + x), factor));
    const V32 gx = ToByte(ScaleDown<24>(hn::Load(d32, read.slope_x[y] + x), factor));
    const V32 gy = ToByte(ScaleDown<24>(hn::Load(d32, read.slope_y[y] + x), factor));
    hn::Store(r, d32, input.reference[y] + x);
    hn::Store(gx, d32, read.slope_x[y] + x);
    hn::Store(gy, d32, read.slope_y[y] + x);
    sums_rr = hn::Add(sums_rr, hn::Mul(r, r));
    sums_pr = hn::Add(sums_pr, hn::Mul(hn::Load(d32, seen.pixel[y] + x), r));
    sums_r = hn::Add(sums_r, hn::Abs(r));
    sums_xx = hn::Add(sums_xx, hn::Mul(gx, gx));
    sums_yy = hn::Add(sums_yy, hn::Mul(gy, gy));
    sums_xy = hn::Add(sums_xy, hn::Mul(gx, gy));
  });
  const std::int32_t rr = SumOf(sums_rr);
  const std::int32_t pr = SumOf(sums_pr);
  const std::int32_t spread_r = 2 * SumOf(sums_r);
  const bool alike = pr > 0 && std::int64_t{rr} * spread_p <= std::int64_t{spread_r} * pr;
  const std::int64_t gain =
      alike ? (std::int64_t{rr} << 20) / pr : (std::int64_t{spread_r} << 20) / std::max(spread_p, 1);
  const std::int64_t xx = 512 + SumOf(sums_xx);
  const std::int64_t yy = 512 + SumOf(sums_yy);
  const std::int64_t xy = SumOf(sums_xy);
  const std::int64_t det = xx * yy - xy * xy;
  constexpr std::int64_t one = std::int64_t{1} << 32;
  // At most 2^23, 2^23 and 2^22: det >= 512 (xx + yy - 512), as xy^2 <= (xx - 512) (yy - 512).
  const V32 cxx = hn::Set(d32, static_cast<std::int32_t>(yy * one / det));
  const V32 cyy = hn::Set(d32, static_cast<std::int32_t>(xx * one / det));
  const V32 cxy = hn::Set(d32, static_cast<std::int32_t>(xy * one / det));

  ApplyGain(seen.pixel, gain, input.difference);
  WideSum step_x;
  WideSum step_y;
  ForEachVector([&](int y, int x) HWY_ATTR {
    const V32 gx = hn::Load(d32, read.slope_x[y] + x);
    const V32 gy = hn::Load(d32, read.slope_y[y] + x);
    const V32 d =
        ToByte(hn::Sub(hn::Load(d32, input.difference[y] + x), hn::Load(d32, input.reference[y] + x)));
    const V32 ux = hn::Sub(hn::Mul(cxy, gy), hn::Mul(cxx, gx));
    const V32 uy = hn::Sub(hn::Mul(cxy, gx), hn::Mul(cyy, gy));
    step_x.Add(ux, d);
    step_y.Add(uy, d);
    hn::Store(d, d32, input.difference[y] + x);
    hn::Store(ToByte(ScaleDown<23>(ux, d)), d32, input.evidence_x[y] + x);
    hn::Store(ToByte(ScaleDown<23>(uy, d)), d32, input.evidence_y[y] + x);
  });
  step[0] = (step_x.Total() + (1 << 19)) >> 20;
  step[1] = (step_y.Total() + (1 << 19)) >> 20;
}

}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
