#pragma once

#include <cstdint>

#include "core/numeric/refinement.hpp"

namespace ffbench::cpu {

/// A network with its weights in the order of the vector code. Made once, used for every patch.
struct PackedNetwork {
  static constexpr int channels = RefinementNetwork::channels;
  explicit PackedNetwork(const RefinementNetwork& network);

  // 16-bit pairs of inputs, so that one multiplication adds two products: [tap][pair][channel][2].
  alignas(64) std::int16_t weights1[9][RefinementNetwork::inputs / 2][channels][2] = {};
  alignas(64) std::int16_t weights2[9][channels / 2][channels][2] = {};
  alignas(64) std::int32_t bias1[channels] = {};
  alignas(64) std::int32_t bias2[channels] = {};
  alignas(64) std::int32_t shift1[channels] = {};
  alignas(64) std::int32_t shift2[channels] = {};
  alignas(64) std::int16_t weights3[2][RefinementNetwork::pixels2 * channels] = {};
  std::int32_t bias3[2] = {};
  std::int32_t shift3[2] = {};

  // The same as 8-bit quads, so that one instruction adds four products where the processor has it:
  // [tap][channel][4] and [tap][quad][channel][4]. Inputs of the first layer are moved up by 128 to
  // have no sign, which its bias takes back.
  alignas(64) std::int8_t quads1[9][channels][RefinementNetwork::inputs] = {};
  alignas(64) std::int8_t quads2[9][channels / 4][channels][4] = {};
  alignas(64) std::int8_t quads3[2][RefinementNetwork::pixels2 * channels] = {};
  alignas(64) std::int32_t quad_bias1[channels] = {};
};

/// NUMERICS.md, "Landmark refinement"; the same as reference::refine_landmark.
PatchOffset refine_landmark(const LandmarkView& view, const LandmarkReference& reference,
                            const PackedNetwork& network);

}  // namespace ffbench::cpu
