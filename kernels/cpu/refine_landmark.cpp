#include "kernels/cpu/refine_landmark.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/refine_landmark.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/targets.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int inputs = RefinementNetwork::inputs;
constexpr int channels = RefinementNetwork::channels;
constexpr int side1 = RefinementNetwork::side1;
constexpr int side2 = RefinementNetwork::side2;

using D32 = hn::CappedTag<std::int32_t, 8>;
using D16 = hn::Repartition<std::int16_t, D32>;
using V32 = hn::Vec<D32>;
constexpr int lanes32 = static_cast<int>(hn::MaxLanes(D32()));
constexpr int groups = channels / lanes32;

/// The pixels of a patch, rows of which are as long as a vector.
constexpr int stride = 16;
using Patch = std::int32_t[patch_side][stride];

/// The reference between its pixels and its slopes there, each 121 times less its sum. `s` and `t`
/// in phases.
struct Read {
  alignas(64) Patch value;
  alignas(64) Patch slope_x;
  alignas(64) Patch slope_y;
};

void about_mean(Patch& patch) {
  std::int32_t sum = 0;
  for (const auto& row : patch) {
    for (int x = 0; x < patch_side; ++x) {
      sum += row[x];
    }
  }
  for (auto& row : patch) {
    for (int x = 0; x < patch_side; ++x) {
      row[x] = patch_pixels * row[x] - sum;
    }
  }
}

void read_reference(const LandmarkReference& reference, int s, int t, Read& out) {
  const ReadTaps& across = read_tap_table[static_cast<std::size_t>(s & (read_phases - 1))];
  const ReadTaps& down = read_tap_table[static_cast<std::size_t>(t & (read_phases - 1))];
  constexpr int rows = patch_side + 3;
  alignas(64) std::int32_t value[rows][stride] = {};
  alignas(64) std::int32_t slope[rows][stride] = {};
  const std::int16_t* from = reference.data() + (1 + (t >> 6)) * reference_side + 1 + (s >> 6);
  for (int y = 0; y < rows; ++y, from += reference_side) {
    for (int x = 0; x < patch_side; ++x) {
      value[y][x] = (across.value[0] * from[x] + across.value[1] * from[x + 1] +
                     across.value[2] * from[x + 2] + across.value[3] * from[x + 3] + 32) >>
                    6;
      slope[y][x] = (across.slope[0] * from[x] + across.slope[1] * from[x + 1] +
                     across.slope[2] * from[x + 2] + across.slope[3] * from[x + 3] + 32) >>
                    6;
    }
  }
  const auto along = [](const std::array<std::int32_t, 4>& taps, const std::int32_t(*in)[stride],
                        Patch& result) {
    for (int y = 0; y < patch_side; ++y) {
      for (int x = 0; x < patch_side; ++x) {
        result[y][x] = (taps[0] * in[y][x] + taps[1] * in[y + 1][x] + taps[2] * in[y + 2][x] +
                        taps[3] * in[y + 3][x] + 8192) >>
                       14;
      }
    }
  };
  along(down.value, value, out.value);
  along(down.value, slope, out.slope_x);
  along(down.slope, value, out.slope_y);
  about_mean(out.value);
  about_mean(out.slope_x);
  about_mean(out.slope_y);
}

std::int32_t to_byte(std::int64_t v) {
  return static_cast<std::int32_t>(v < -127 ? -127 : v > 127 ? 127 : v);
}

void normalise(Patch& patch, std::int64_t scale) {
  for (auto& row : patch) {
    for (int x = 0; x < patch_side; ++x) {
      row[x] = to_byte((row[x] * scale + (1 << 23)) >> 24);
    }
  }
}

template <class Function>
void for_each_pixel(Function&& function) {
  for (int y = 0; y < patch_side; ++y) {
    for (int x = 0; x < patch_side; ++x) {
      function(y, x);
    }
  }
}

/// What the network reads, 16 bits each [y][x][in], and the step of least squares.
void Register(const LandmarkView& view, const LandmarkReference& reference, int s, int t,
              std::int16_t (*input)[inputs], std::int64_t* step) {
  Read read;
  read_reference(reference, s, t, read);
  alignas(64) Patch p;
  constexpr int margin = (view_side - patch_side) / 2;
  for_each_pixel([&](int y, int x) {
    const int at = (y + margin) * view_side + x + margin;
    p[y][x] = view[static_cast<std::size_t>(at)];
  });
  about_mean(p);
  std::int32_t spread = 0;
  std::int32_t spread_p = 0;
  for_each_pixel([&](int y, int x) {
    spread += std::abs(read.value[y][x]);
    spread_p += std::abs(p[y][x]);
  });
  const std::int64_t scale = (std::int64_t{32 * patch_pixels} << 24) /
                             std::max(spread, patch_pixels * patch_pixels * reference_steps);
  normalise(read.value, scale);
  normalise(read.slope_x, scale);
  normalise(read.slope_y, scale);

  std::int32_t rr = 0;
  std::int32_t pr = 0;
  std::int32_t spread_r = 0;
  std::int32_t sum_xx = 512;
  std::int32_t sum_yy = 512;
  std::int32_t sum_xy = 0;
  for_each_pixel([&](int y, int x) {
    const std::int32_t r = read.value[y][x];
    const std::int32_t gx = read.slope_x[y][x];
    const std::int32_t gy = read.slope_y[y][x];
    rr += r * r;
    pr += p[y][x] * r;
    spread_r += 2 * std::abs(r);
    sum_xx += gx * gx;
    sum_yy += gy * gy;
    sum_xy += gx * gy;
  });
  const bool alike = pr > 0 && std::int64_t{rr} * spread_p <= std::int64_t{spread_r} * pr;
  const std::int64_t gain =
      alike ? (std::int64_t{rr} << 20) / pr : (std::int64_t{spread_r} << 20) / std::max(spread_p, 1);
  const std::int64_t xx = sum_xx;
  const std::int64_t yy = sum_yy;
  const std::int64_t xy = sum_xy;
  const std::int64_t det = xx * yy - xy * xy;
  constexpr std::int64_t one = std::int64_t{1} << 32;
  const std::int64_t cxx = yy * one / det;
  const std::int64_t cyy = xx * one / det;
  const std::int64_t cxy = xy * one / det;
  std::int64_t step_x = 1 << 19;
  std::int64_t step_y = 1 << 19;
  for_each_pixel([&](int y, int x) {
    const std::int32_t r = read.value[y][x];
    const std::int64_t d = to_byte(((p[y][x] * gain + (1 << 19)) >> 20) - r);
    const std::int64_t gx = read.slope_x[y][x];
    const std::int64_t gy = read.slope_y[y][x];
    const std::int64_t ux = (cxy * gy - cxx * gx) * d;
    const std::int64_t uy = (cxy * gx - cyy * gy) * d;
    step_x += ux;
    step_y += uy;
    std::int16_t* to = input[y * patch_side + x];
    to[0] = static_cast<std::int16_t>(r);
    to[1] = static_cast<std::int16_t>(d);
    to[2] = static_cast<std::int16_t>(to_byte((ux + (1 << 22)) >> 23));
    to[3] = static_cast<std::int16_t>(to_byte((uy + (1 << 22)) >> 23));
  });
  step[0] = step_x >> 20;
  step[1] = step_y >> 20;
}

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

void Answer(const PackedNetwork& net, const std::int16_t (*patch)[inputs], std::int32_t* offset) {
  const D32 d32;
  alignas(64) std::int16_t first[side1 * side1][channels];
  alignas(64) std::int16_t second[side2 * side2][channels];
  for (int y = 0; y < side1; ++y) {
    for (int x = 0; x < side1; ++x) {
      V32 sums[groups];
      for (int g = 0; g < groups; ++g) {
        sums[g] = hn::Load(d32, net.bias1 + g * lanes32);
      }
      for (int k = 0; k < 9; ++k) {
        const std::int16_t* from = patch[(y + k / 3) * patch_side + x + k % 3];
        for (int pair = 0; pair < inputs / 2; ++pair) {
          const std::int32_t two = PairOf(from + 2 * pair);
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

void Answer(const PackedNetwork& net, const std::int16_t (*patch)[inputs], std::int32_t* offset) {
  std::int16_t first[side1 * side1][channels];
  std::int16_t second[side2 * side2][channels];
  for (int i = 0; i < side1 * side1; ++i) {
    for (int c = 0; c < channels; ++c) {
      std::int32_t sum = net.bias1[c];
      for (int k = 0; k < 9; ++k) {
        const std::int16_t* from = patch[(i / side1 + k / 3) * patch_side + i % side1 + k % 3];
        for (int in = 0; in < inputs; ++in) {
          sum += net.weights1[k][in / 2][c][in % 2] * from[in];
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

void Refine(const PackedNetwork& net, const LandmarkView& view, const LandmarkReference& reference,
            PatchOffset& offset) {
  record_target(HWY_TARGET);
  offset = {};
  alignas(64) std::int16_t input[patch_pixels][inputs];
  for (int iteration = 0; iteration < refinement_iterations; ++iteration) {
    constexpr int phase = offset_steps / read_phases;
    const std::int32_t from[2] = {phases_of(offset.x), phases_of(offset.y)};
    std::int64_t step[2];
    Register(view, reference, -from[0], -from[1], input, step);
    std::int32_t sums[2];
    Answer(net, input, sums);
    const auto limited = [](std::int64_t v) {
      return static_cast<std::int32_t>(std::clamp<std::int64_t>(v, -offset_steps, offset_steps));
    };
    const auto result = [&](int axis) {
      const std::int32_t shift = net.shift3[axis];
      const std::int32_t answer = (sums[axis] + net.bias3[axis] + (1 << (shift - 1))) >> shift;
      return limited(from[axis] * phase + limited(step[axis]) + limited(answer));
    };
    offset = {result(0), result(1)};
  }
}

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {

HWY_EXPORT(Refine);

}  // namespace

PackedNetwork::PackedNetwork(const RefinementNetwork& network) {
  constexpr std::size_t inputs = RefinementNetwork::inputs;
  for (std::size_t c = 0; c < std::size_t{channels}; ++c) {
    for (std::size_t k = 0; k < 9; ++k) {
      for (std::size_t in = 0; in < inputs; ++in) {
        weights1[k][in / 2][c][in % 2] = network.weights1[(c * 9 + k) * inputs + in];
      }
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

PatchOffset refine_landmark(const LandmarkView& view, const LandmarkReference& reference,
                            const PackedNetwork& network) {
  PatchOffset offset;
  HWY_DYNAMIC_DISPATCH(Refine)(network, view, reference, offset);
  return offset;
}

}  // namespace ffbench::cpu
#endif
