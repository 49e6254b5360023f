#include "kernels/cpu/refine_landmark.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/refine_landmark.hpp"
#include "reference/refine_landmark.hpp"

namespace ffbench::operators {
namespace {

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

/// What the reference shows.
enum class Shown { view, other, flat, lowest, highest, alternating };

std::string_view name_of(Shown shown) {
  constexpr std::array<std::string_view, 6> names{"view",   "other",   "flat",
                                                  "lowest", "highest", "alternating"};
  return names[static_cast<std::size_t>(shown)];
}

struct RefineInputs {
  Plane view;
  Plane offset;
  LandmarkReference reference{};
  std::shared_ptr<const RefinementNetwork> network;
  std::shared_ptr<const cpu::PackedNetwork> packed;

  std::vector<Plane*> planes() { return {&view, &offset}; }
  std::vector<Plane*> outputs() { return {&offset}; }

  /// The weights once, what is seen and what it is compared with.
  std::uint64_t bytes_moved() const {
    return sizeof(RefinementNetwork) + sizeof(LandmarkView) + sizeof(LandmarkReference) + sizeof(PatchOffset);
  }

  std::string describe() const { return fmt::format("view of {} pixels", view_pixels); }

  LandmarkView seen() {
    LandmarkView result;
    std::copy_n(view.pixels(), result.size(), result.begin());
    return result;
  }
};

RefineInputs make_refine(Weights weights, Content content, Shown shown, std::uint64_t seed) {
  RefineInputs in;
  in.view = Plane("view", view_side, view_side, 1, 0, content, seed);
  in.offset = Plane("offset", sizeof(PatchOffset));
  Plane other("other", view_side, view_side, 1, 0, content, seed + 1);
  Plane& from = shown == Shown::view ? in.view : other;
  for (int i = 0; i < reference_pixels; ++i) {
    // A pixel beside the view's: what is looked for lies within the patch.
    const int x = i % reference_side + 3;
    const int y = i / reference_side + 2;
    std::int16_t& to = in.reference[static_cast<std::size_t>(i)];
    switch (shown) {
      case Shown::view:
      case Shown::other:
        to = static_cast<std::int16_t>(reference_steps * from.mask().pixel(x, y)[0]);
        break;
      case Shown::flat:
        to = 1234;
        break;
      case Shown::lowest:
        to = -reference_limit;
        break;
      case Shown::highest:
        to = reference_limit;
        break;
      case Shown::alternating:
        to = (i / reference_side + i) % 3 == 0 ? reference_limit : -reference_limit;
        break;
    }
  }
  in.network = std::make_shared<const RefinementNetwork>(make_network(weights, seed + 100));
  in.packed = std::make_shared<const cpu::PackedNetwork>(*in.network);
  return in;
}

std::vector<NamedInputs<RefineInputs>> refine_cases() {
  std::vector<NamedInputs<RefineInputs>> result;
  const auto add = [&](const std::string& what, Weights weights, Content content, Shown shown,
                       bool benchmark = false) {
    result.push_back({what, benchmark,
                      [=, seed = result.size() + 1] { return make_refine(weights, content, shown, seed); }});
  };
  add("face", Weights::random, Content::smooth, Shown::view, true);
  for (Content content :
       {Content::random, Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    for (Shown shown :
         {Shown::view, Shown::other, Shown::flat, Shown::lowest, Shown::highest, Shown::alternating}) {
      add(fmt::format("{}-{}", name_of(content), name_of(shown)), Weights::random, content, shown);
    }
  }
  for (Weights weights : {Weights::largest, Weights::smallest}) {
    for (Shown shown : {Shown::view, Shown::other, Shown::alternating}) {
      add(fmt::format("{}-weights-{}", weights == Weights::largest ? "largest" : "smallest", name_of(shown)),
          weights, Content::extremes, shown);
    }
  }
  return result;
}

RefineInputs random_refine(std::uint64_t seed) {
  Generator draw(seed);
  const Content content = draw.content();
  const auto shown = static_cast<Shown>(draw.integer(0, 5));
  return make_refine(draw.one_in(8) ? Weights::largest : Weights::random, content, shown, seed);
}

void assign(RefineInputs& in, PatchOffset offset) {
  in.offset.assign(&offset, sizeof offset);
}

/// The problem as kernels read it: the network stands for all kinds.
std::unique_ptr<cuda::RefinementTables> tables_of(const RefineInputs& in) {
  RefinementNetworks networks;
  networks.fill(*in.network);
  return cuda::refinement_tables(networks);
}

std::function<void()> prepare_cuda(RefineInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto* item = on.put(cuda::refinement_item(in.seen(), in.reference, LandmarkKind::eye));
    const auto* tables = on.put(*tables_of(in));
    auto* offset = reinterpret_cast<cuda::RefinementOffset*>(on(in.offset).data);
    return [&on, item, tables, offset] { cuda::refine_landmark(item, 1, tables, offset, on.stream()); };
  }
  return {};
}

void refine_on_host(RefineInputs& in) {
  const auto work = std::make_unique<cuda::RefinementScratch>();
  const cuda::RefinementItem item = cuda::refinement_item(in.seen(), in.reference, LandmarkKind::eye);
  const cuda::RefinementOffset offset = cuda::refine_landmark_on_host(*tables_of(in), item, *work);
  assign(in, {offset.x, offset.y});
}

}  // namespace

Operator refine_landmark_operator() {
  return make_operator<RefineInputs>(
      {"refine-landmark",
       "sub-pixel offset of a landmark against its reference: two iterations, each a step of least "
       "squares and three convolutions of integers",
       {{"reference",
         [](RefineInputs& in) {
           assign(in, reference::refine_landmark(in.seen(), in.reference, *in.network));
         }},
        {"cpu",
         [](RefineInputs& in) { assign(in, cpu::refine_landmark(in.seen(), in.reference, *in.packed)); },
         true},
        on_cuda<RefineInputs>(prepare_cuda),
        cuda_arithmetic<RefineInputs>(refine_on_host)},
       ""},
      refine_cases(), random_refine);
}

}  // namespace ffbench::operators
