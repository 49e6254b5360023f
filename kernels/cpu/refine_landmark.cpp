#include "kernels/cpu/refine_landmark.hpp"

#include <algorithm>
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/refine_landmark.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/refinement_network-inl.hpp"
#include "kernels/cpu/registration-inl.hpp"
#include "kernels/cpu/targets.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

void Refine(const PackedNetwork& net, const LandmarkView& view, const LandmarkReference& reference,
            PatchOffset& offset) {
  record_target(HWY_TARGET);
  offset = {};
  const SeenPatch seen(view);
  const PaddedReference padded(reference);
  NetworkInput input;
  for (int iteration = 0; iteration < refinement_iterations; ++iteration) {
    constexpr int phase = offset_steps / read_phases;
    const std::int32_t from[2] = {phases_of(offset.x), phases_of(offset.y)};
    std::int64_t step[2];
    Register(seen, padded, -from[0], -from[1], input, step);
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
    std::int32_t moved_up = 0;
    for (std::size_t k = 0; k < 9; ++k) {
      for (std::size_t in = 0; in < inputs; ++in) {
        weights1[k][in / 2][c][in % 2] = network.weights1[(c * 9 + k) * inputs + in];
        quads1[k][c][in] = network.weights1[(c * 9 + k) * inputs + in];
        moved_up += 128 * network.weights1[(c * 9 + k) * inputs + in];
      }
      for (std::size_t in = 0; in < std::size_t{channels}; ++in) {
        weights2[k][in / 2][c][in % 2] = network.weights2[(c * 9 + k) * channels + in];
        quads2[k][in / 4][c][in % 4] = network.weights2[(c * 9 + k) * channels + in];
      }
    }
    bias1[c] = network.bias1[c];
    quad_bias1[c] = network.bias1[c] - moved_up;
    bias2[c] = network.bias2[c];
    shift1[c] = network.shift1[c];
    shift2[c] = network.shift2[c];
  }
  constexpr std::size_t count = std::size_t{RefinementNetwork::pixels2} * channels;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    for (std::size_t i = 0; i < count; ++i) {
      weights3[axis][i] = network.weights3[axis * count + i];
      quads3[axis][i] = network.weights3[axis * count + i];
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
