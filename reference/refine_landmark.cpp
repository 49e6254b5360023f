#include "reference/refine_landmark.hpp"

#include <algorithm>
#include <cstdlib>

namespace ffbench::reference {
namespace {

using Patch = std::array<std::int32_t, patch_pixels>;

constexpr std::size_t at(int i) {
  return static_cast<std::size_t>(i);
}

/// The reference read between its pixels, and its slopes there, in 1 / reference_steps of a level.
struct Read {
  Patch value{};
  Patch slope_x{};
  Patch slope_y{};
};

Read read_reference(const LandmarkReference& reference, int s, int t) {
  const ReadTaps& across = read_tap_table[at(s & (read_phases - 1))];
  const ReadTaps& down = read_tap_table[at(t & (read_phases - 1))];
  // The patch begins two pixels into the reference, the taps one before.
  const int first_x = 2 + (s >> 6) - 1;
  const int first_y = 2 + (t >> 6) - 1;
  constexpr int rows = patch_side + 3;
  std::array<std::int32_t, std::size_t{rows} * patch_side> value{};
  std::array<std::int32_t, std::size_t{rows} * patch_side> slope{};
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < patch_side; ++x) {
      std::int32_t v = 32;
      std::int32_t g = 32;
      for (int k = 0; k < 4; ++k) {
        const std::int32_t pixel = reference[at((first_y + y) * reference_side + first_x + x + k)];
        v += across.value[at(k)] * pixel;
        g += across.slope[at(k)] * pixel;
      }
      value[at(y * patch_side + x)] = v >> 6;
      slope[at(y * patch_side + x)] = g >> 6;
    }
  }
  Read read;
  for (int y = 0; y < patch_side; ++y) {
    for (int x = 0; x < patch_side; ++x) {
      std::int32_t v = 8192;
      std::int32_t gx = 8192;
      std::int32_t gy = 8192;
      for (int k = 0; k < 4; ++k) {
        const std::size_t i = at((y + k) * patch_side + x);
        v += down.value[at(k)] * value[i];
        gx += down.value[at(k)] * slope[i];
        gy += down.slope[at(k)] * value[i];
      }
      const std::size_t i = at(y * patch_side + x);
      read.value[i] = v >> 14;
      read.slope_x[i] = gx >> 14;
      read.slope_y[i] = gy >> 14;
    }
  }
  return read;
}

/// 121 times each pixel's distance from the mean.
Patch about_mean(const Patch& patch) {
  std::int32_t sum = 0;
  for (const std::int32_t v : patch) {
    sum += v;
  }
  Patch result;
  for (std::size_t i = 0; i < patch.size(); ++i) {
    result[i] = patch_pixels * patch[i] - sum;
  }
  return result;
}

std::int32_t sum_of_magnitudes(const Patch& patch) {
  std::int32_t sum = 0;
  for (const std::int32_t v : patch) {
    sum += std::abs(v);
  }
  return sum;
}

std::int32_t dot(const Patch& a, const Patch& b) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

constexpr std::int32_t to_byte(std::int64_t v) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(v, -127, 127));
}

/// Brought to a mean deviation of 32, `scale` being 2^24 times what does so to the reference.
Patch normalised(const Patch& patch, std::int64_t scale) {
  Patch result = about_mean(patch);
  for (std::int32_t& v : result) {
    v = to_byte((v * scale + (1 << 23)) >> 24);
  }
  return result;
}

/// The patch less the normalised reference, its contrast brought to the reference's.
Patch difference(const Patch& patch, const Patch& r) {
  const Patch deviation = about_mean(patch);
  const std::int64_t rr = dot(r, r);
  const std::int64_t pr = dot(deviation, r);
  const std::int64_t spread_r = 2 * std::int64_t{sum_of_magnitudes(r)};
  const std::int64_t spread_p = sum_of_magnitudes(deviation);
  const bool alike = pr > 0 && rr * spread_p <= spread_r * pr;
  const std::int64_t gain = alike ? (rr << 20) / pr : (spread_r << 20) / std::max<std::int64_t>(spread_p, 1);
  Patch result;
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = to_byte(((deviation[i] * gain + (1 << 19)) >> 20) - r[i]);
  }
  return result;
}

/// Divides by 2^shift, to the nearest, halves up.
std::int32_t requantised(std::int32_t sum, std::int32_t shift) {
  return (sum + (1 << (shift - 1))) >> shift;
}

std::int32_t limited(std::int64_t offset) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(offset, -offset_steps, offset_steps));
}

/// 3 x 3 taps on a map of `side` x `side` x `inputs`, rounded and limited to 0 ... 127. Weights
/// [out][3][3][in].
template <int side, int inputs, class Map, class Weights, class PerChannel>
auto convolution(const Map& map, const Weights& weights, const PerChannel& bias, const PerChannel& shift) {
  constexpr int channels = RefinementNetwork::channels;
  constexpr int out_side = side - 2;
  std::array<std::int8_t, std::size_t{out_side} * out_side * channels> result{};
  for (int y = 0; y < out_side; ++y) {
    for (int x = 0; x < out_side; ++x) {
      for (int out = 0; out < channels; ++out) {
        std::int32_t sum = bias[at(out)];
        for (int k = 0; k < 9; ++k) {
          for (int in = 0; in < inputs; ++in) {
            sum += weights[at((out * 9 + k) * inputs + in)] *
                   map[at(((y + k / 3) * side + x + k % 3) * inputs + in)];
          }
        }
        result[at((y * out_side + x) * channels + out)] =
            static_cast<std::int8_t>(std::clamp(requantised(sum, shift[at(out)]), 0, 127));
      }
    }
  }
  return result;
}

}  // namespace

Registration registration(const LandmarkView& view, const LandmarkReference& reference, PatchOffset offset) {
  Registration result;
  const int s = -phases_of(offset.x);
  const int t = -phases_of(offset.y);
  result.from = {-s * (offset_steps / read_phases), -t * (offset_steps / read_phases)};
  const Read read = read_reference(reference, s, t);
  Patch patch{};
  constexpr int margin = (view_side - patch_side) / 2;
  for (int i = 0; i < patch_pixels; ++i) {
    patch[at(i)] = view[at((i / patch_side + margin) * view_side + i % patch_side + margin)];
  }

  // 121 times the sum of deviations; of a reference without contrast, of one level each.
  const std::int32_t spread =
      std::max(sum_of_magnitudes(about_mean(read.value)), patch_pixels * patch_pixels * reference_steps);
  const std::int64_t scale = (std::int64_t{32 * patch_pixels} << 24) / spread;
  const Patch r = normalised(read.value, scale);
  const Patch gx = normalised(read.slope_x, scale);
  const Patch gy = normalised(read.slope_y, scale);
  const Patch d = difference(patch, r);

  const std::int64_t xx = 512 + dot(gx, gx);
  const std::int64_t yy = 512 + dot(gy, gy);
  const std::int64_t xy = dot(gx, gy);
  const std::int64_t det = xx * yy - xy * xy;
  constexpr std::int64_t one = std::int64_t{1} << 32;
  const std::int64_t cxx = yy * one / det;
  const std::int64_t cyy = xx * one / det;
  const std::int64_t cxy = xy * one / det;
  std::int64_t step_x = 1 << 19;
  std::int64_t step_y = 1 << 19;
  for (std::size_t i = 0; i < d.size(); ++i) {
    const std::int64_t ux = (cxy * gy[i] - cxx * gx[i]) * d[i];
    const std::int64_t uy = (cxy * gx[i] - cyy * gy[i]) * d[i];
    step_x += ux;
    step_y += uy;
    std::int8_t* input = result.input.data() + i * RefinementNetwork::inputs;
    input[0] = static_cast<std::int8_t>(r[i]);
    input[1] = static_cast<std::int8_t>(d[i]);
    input[2] = static_cast<std::int8_t>(to_byte((ux + (1 << 22)) >> 23));
    input[3] = static_cast<std::int8_t>(to_byte((uy + (1 << 22)) >> 23));
  }
  result.step = {limited(step_x >> 20), limited(step_y >> 20)};
  return result;
}

PatchOffset network_answer(
    const RefinementNetwork& net,
    const std::array<std::int8_t, std::size_t{patch_pixels} * RefinementNetwork::inputs>& input) {
  const auto first =
      convolution<patch_side, RefinementNetwork::inputs>(input, net.weights1, net.bias1, net.shift1);
  const auto second = convolution<RefinementNetwork::side1, RefinementNetwork::channels>(
      first, net.weights2, net.bias2, net.shift2);
  std::array<std::int32_t, 2> answer{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    std::int32_t sum = net.bias3[axis];
    for (std::size_t i = 0; i < second.size(); ++i) {
      sum += net.weights3[axis * second.size() + i] * second[i];
    }
    answer[axis] = limited(requantised(sum, net.shift3[axis]));
  }
  return {answer[0], answer[1]};
}

PatchOffset refine_landmark(const LandmarkView& view, const LandmarkReference& reference,
                            const RefinementNetwork& network) {
  PatchOffset offset;
  for (int iteration = 0; iteration < refinement_iterations; ++iteration) {
    const Registration seen = registration(view, reference, offset);
    const PatchOffset answer = network_answer(network, seen.input);
    offset = {limited(seen.from.x + seen.step.x + answer.x), limited(seen.from.y + seen.step.y + answer.y)};
  }
  return offset;
}

}  // namespace ffbench::reference
