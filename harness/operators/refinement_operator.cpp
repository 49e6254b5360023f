#include <cstring>

#include <fmt/format.h>

#include "harness/operators/generator.hpp"
#include "harness/operators/rows.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cpu/refinement.hpp"
#include "reference/refinement.hpp"

namespace ffbench::operators {
namespace {

struct Inputs {
  Plane frame;
  Plane offset;
  AffineF map;
  std::shared_ptr<const RefinementNetwork> network;
  std::shared_ptr<const cpu::PackedNetwork> packed;

  std::vector<Plane*> planes() { return {&frame, &offset}; }
  std::vector<Plane*> outputs() { return {&offset}; }

  /// The weights once, and the patch.
  std::uint64_t bytes_moved() const {
    return sizeof(RefinementNetwork) + 3 * patch_pixels + sizeof(PatchOffset);
  }

  std::string describe() const {
    return fmt::format("frame {}x{}, map {} {} {}; {} {} {}", frame.width(), frame.height(), map.xx, map.xy,
                       map.xt, map.yx, map.yy, map.yt);
  }
};

enum class Weights { random, largest, smallest };

RefinementNetwork make_network(Weights kind, std::uint64_t seed) {
  Generator draw(seed);
  const auto weight = [&] {
    switch (kind) {
      case Weights::largest:
        return std::int8_t{127};
      case Weights::smallest:
        return std::int8_t{-128};
      case Weights::random:
        break;
    }
    return static_cast<std::int8_t>(draw.integer(-128, 127));
  };
  RefinementNetwork net;
  for (std::int8_t& w : net.weights1) {
    w = weight();
  }
  for (std::int8_t& w : net.weights2) {
    w = weight();
  }
  for (std::int8_t& w : net.weights3) {
    w = weight();
  }
  const int reach = kind == Weights::random ? 1 << 14 : 1 << 28;
  for (std::size_t c = 0; c < std::size_t{RefinementNetwork::channels}; ++c) {
    net.bias1[c] = draw.integer(-reach, reach);
    net.bias2[c] = draw.integer(-reach, reach);
    net.shift1[c] = draw.integer(1, kind == Weights::random ? 9 : 24);
    net.shift2[c] = draw.integer(1, kind == Weights::random ? 13 : 24);
  }
  for (std::size_t axis = 0; axis < 2; ++axis) {
    net.bias3[axis] = draw.integer(-reach, reach);
    net.shift3[axis] = draw.integer(1, 14);
  }
  return net;
}

Inputs make(int width, int height, const AffineF& map, Weights weights, Content content, int padding,
            std::uint64_t seed) {
  auto network = std::make_shared<const RefinementNetwork>(make_network(weights, seed + 100));
  auto packed = std::make_shared<const cpu::PackedNetwork>(*network);
  return {Plane("frame", width, height, 3, padding, content, seed), Plane("offset", sizeof(PatchOffset)), map,
          std::move(network), std::move(packed)};
}

AffineF patch_about(double cosine, double sine, double scale, int width, int height) {
  return about_middle(cosine, sine, scale, patch_side, patch_side, width, height);
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, const AffineF& map,
                       Weights weights = Weights::random, Content content = Content::random, int padding = 0,
                       bool benchmark = false) {
    result.push_back({what, benchmark, [=, seed = result.size() + 1] {
                        return make(width, height, map, weights, content, padding, seed);
                      }});
  };
  for (const NamedMap& named : hostile_maps(patch_side, patch_side, 61, 53)) {
    add(named.name, 61, 53, named.map, Weights::random, Content::random, 5);
  }
  for (Content content :
       {Content::random, Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    for (double scale : {0.5, 1.0, 5.3}) {
      add(fmt::format("scale-{}-{}", scale, name_of(content)), 90, 70, patch_about(0.8, 0.6, scale, 90, 70),
          Weights::random, content);
    }
  }
  add("largest-weights", 90, 70, patch_about(1, 0, 1, 90, 70), Weights::largest, Content::extremes);
  add("smallest-weights", 90, 70, patch_about(1, 0, 1, 90, 70), Weights::smallest, Content::extremes);
  add("one-pixel-frame", 1, 1, patch_about(1, 0, 1, 1, 1));
  add("face-512", 1920, 1080, patch_about(0.984807753012208, 0.17364817766693033, 5.33, 1920, 1080),
      Weights::random, Content::smooth, 0, true);
  return result;
}

Inputs random(std::uint64_t seed) {
  Generator draw(seed);
  const int width = draw.size(200);
  const int height = draw.size(200);
  const AffineF map = draw.map(patch_side, patch_side, width, height);
  const Content content = draw.content();
  return make(width, height, map, draw.one_in(8) ? Weights::largest : Weights::random, content,
              draw.padding(), seed);
}

void assign(Inputs& in, PatchOffset offset) {
  in.offset.assign(&offset, sizeof offset);
}

}  // namespace

Operator refinement_operator() {
  return make_operator<Inputs>(
      {"refine-landmark",
       "sub-pixel offset of a landmark: patch of 11 x 11 pixels, three convolutions of integers",
       {{"reference",
         [](Inputs& in) { assign(in, reference::refine_landmark(in.frame.bgr(), in.map, *in.network)); }},
        {"cpu", [](Inputs& in) { assign(in, cpu::refine_landmark(in.frame.bgr(), in.map, *in.packed)); },
         true}},
       ""},
      cases(), random);
}

}  // namespace ffbench::operators
