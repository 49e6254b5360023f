#include "kernels/cpu/refinement.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/refinement.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/antialiased_warp.hpp"
#include "kernels/cpu/targets.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int channels = RefinementNetwork::channels;
constexpr int side1 = RefinementNetwork::side1;
constexpr int side2 = RefinementNetwork::side2;

using D32 = hn::CappedTag<std::int32_t, 8>;
using D16 = hn::Repartition<std::int16_t, D32>;
using V32 = hn::Vec<D32>;
constexpr int lanes32 = static_cast<int>(hn::MaxLanes(D32()));
constexpr int groups = channels / lanes32;

#if HWY_TARGET != HWY_SCALAR

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

void Refine(const PackedNetwork& net, const std::int8_t* patch, std::int32_t* offset) {
  record_target(HWY_TARGET);
  const D32 d32;
  alignas(64) std::int16_t first[side1 * side1][channels];
  alignas(64) std::int16_t second[side2 * side2][channels];
  for (int y = 0; y < side1; ++y) {
    for (int x = 0; x < side1; ++x) {
      alignas(16) std::int16_t taps[10] = {};
      for (int k = 0; k < 9; ++k) {
        taps[k] = patch[(y + k / 3) * patch_side + x + k % 3];
      }
      V32 sums[groups];
      for (int g = 0; g < groups; ++g) {
        sums[g] = hn::Load(d32, net.bias1 + g * lanes32);
      }
      for (int pair = 0; pair < 5; ++pair) {
        const std::int32_t two = PairOf(taps + 2 * pair);
        for (int g = 0; g < groups; ++g) {
          sums[g] = AddPairs(sums[g], net.weights1[pair][g * lanes32], two);
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

std::int16_t Active(std::int32_t sum, std::int32_t shift) {
  return static_cast<std::int16_t>(std::clamp((sum + (1 << (shift - 1))) >> shift, 0, 127));
}

void Refine(const PackedNetwork& net, const std::int8_t* patch, std::int32_t* offset) {
  record_target(HWY_TARGET);
  std::int16_t first[side1 * side1][channels];
  std::int16_t second[side2 * side2][channels];
  for (int i = 0; i < side1 * side1; ++i) {
    for (int c = 0; c < channels; ++c) {
      std::int32_t sum = net.bias1[c];
      for (int k = 0; k < 9; ++k) {
        sum += net.weights1[k / 2][c][k % 2] * patch[(i / side1 + k / 3) * patch_side + i % side1 + k % 3];
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

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {

HWY_EXPORT(Refine);

/// Luma less its mean, by its mean deviation.
std::array<std::int8_t, patch_pixels> normalised_patch(ConstBgrView patch) {
  std::array<std::int32_t, patch_pixels> luma{};
  std::int32_t sum = 0;
  for (int i = 0; i < patch_pixels; ++i) {
    const std::uint8_t* p = patch.pixel(i % patch_side, i / patch_side);
    luma[static_cast<std::size_t>(i)] = (29 * p[0] + 150 * p[1] + 77 * p[2] + 128) >> 8;
    sum += luma[static_cast<std::size_t>(i)];
  }
  std::int32_t spread = 0;
  for (const std::int32_t v : luma) {
    spread += std::abs(patch_pixels * v - sum);
  }
  spread = std::max(spread, patch_pixels * patch_pixels);
  std::array<std::int8_t, patch_pixels> result{};
  for (std::size_t i = 0; i < luma.size(); ++i) {
    const std::int64_t scaled = std::int64_t{patch_pixels * luma[i] - sum} * (32 * patch_pixels);
    result[i] = static_cast<std::int8_t>(std::clamp<std::int64_t>(scaled / spread, -127, 127));
  }
  return result;
}

}  // namespace

PackedNetwork::PackedNetwork(const RefinementNetwork& network) {
  for (std::size_t c = 0; c < std::size_t{channels}; ++c) {
    for (std::size_t k = 0; k < 9; ++k) {
      weights1[k / 2][c][k % 2] = network.weights1[c * 9 + k];
      for (std::size_t in = 0; in < std::size_t{channels}; ++in) {
        weights2[k][in / 2][c][in % 2] = network.weights2[(c * 9 + k) * channels + in];
      }
    }
    bias1[c] = network.bias1[c];
    bias2[c] = network.bias2[c];
    shift1[c] = network.shift1[c];
    shift2[c] = network.shift2[c];
  }
  constexpr std::size_t count = std::size_t{RefinementNetwork::pixels2} * channels;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    for (std::size_t i = 0; i < count; ++i) {
      weights3[axis][i] = network.weights3[axis * count + i];
    }
    bias3[axis] = network.bias3[axis];
    shift3[axis] = network.shift3[axis];
  }
}

PatchOffset refine_landmark(ConstBgrView frame, const AffineF& patch_to_frame, const PackedNetwork& network) {
  std::array<std::uint8_t, std::size_t{3} * patch_pixels> pixels{};
  const BgrView patch{pixels.data(), patch_side, patch_side, 3 * patch_side};
  antialiased_warp(frame, patch_to_frame, patch);
  const std::array<std::int8_t, patch_pixels> input = normalised_patch(patch);
  std::array<std::int32_t, 2> sums{};
  HWY_DYNAMIC_DISPATCH(Refine)(network, input.data(), sums.data());
  const auto result = [&](std::size_t axis) {
    const std::int32_t shift = network.shift3[axis];
    return std::clamp((sums[axis] + network.bias3[axis] + (1 << (shift - 1))) >> shift, -offset_steps,
                      offset_steps);
  };
  return {result(0), result(1)};
}

}  // namespace ffbench::cpu
#endif
