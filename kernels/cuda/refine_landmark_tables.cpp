#include <algorithm>

#include "kernels/cuda/refine_landmark.hpp"

namespace ffbench::cuda {
namespace {

/// Four signed bytes as a word, with the first one lowest.
std::int32_t word_of(const std::int8_t* bytes) {
  std::uint32_t word = 0;
  for (int k = 0; k < 4; ++k) {
    word |= std::uint32_t{static_cast<std::uint8_t>(bytes[k])} << (8 * k);
  }
  return static_cast<std::int32_t>(word);
}

/// Packs weights [out][tap][in] into words [tap][in / 4][out].
template <int Words>
void pack(const std::int8_t* weights, std::int32_t (&packed)[9][Words][RefinementTables::channels]) {
  for (int out = 0; out < RefinementTables::channels; ++out) {
    for (int tap = 0; tap < 9; ++tap) {
      for (int word = 0; word < Words; ++word) {
        packed[tap][word][out] = word_of(weights + ((out * 9 + tap) * Words + word) * 4);
      }
    }
  }
}

}  // namespace

std::unique_ptr<RefinementTables> refinement_tables(const RefinementNetworks& networks) {
  auto tables = std::make_unique<RefinementTables>();
  for (std::size_t f = 0; f < read_tap_table.size(); ++f) {
    std::ranges::copy(read_tap_table[f].value, tables->read.value[f]);
    std::ranges::copy(read_tap_table[f].slope, tables->read.slope[f]);
  }
  for (std::size_t kind = 0; kind < networks.size(); ++kind) {
    const RefinementNetwork& from = networks[kind];
    RefinementTables::Network& to = tables->networks[kind];
    pack(from.weights1.data(), to.weights1);
    pack(from.weights2.data(), to.weights2);
    constexpr int words = RefinementNetwork::pixels2 * RefinementTables::channel_words;
    for (int axis = 0; axis < 2; ++axis) {
      for (int i = 0; i < words; ++i) {
        to.weights3[axis][i] = word_of(from.weights3.data() + 4 * (axis * words + i));
      }
    }
    std::ranges::copy(from.bias1, to.bias1);
    std::ranges::copy(from.shift1, to.shift1);
    std::ranges::copy(from.bias2, to.bias2);
    std::ranges::copy(from.shift2, to.shift2);
    std::ranges::copy(from.bias3, to.bias3);
    std::ranges::copy(from.shift3, to.shift3);
  }
  return tables;
}

RefinementItem refinement_item(const LandmarkView& view, const LandmarkReference& reference,
                               LandmarkKind kind) {
  RefinementItem item{};
  std::ranges::copy(view, item.view);
  std::ranges::copy(reference, item.reference);
  item.kind = static_cast<std::uint8_t>(kind);
  return item;
}

}  // namespace ffbench::cuda
