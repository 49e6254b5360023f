#include "kernels/cpu/cut_landmark.hpp"

#include <fmt/core.h>

#include "harness/operators/generator.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "reference/cut_landmark.hpp"

namespace ffbench::operators {
namespace {

struct Inputs {
  Plane frame;
  Plane view;
  AffineF map;
  cpu::AntialiasTables tables;  ///< kept, as the pipeline keeps them

  std::vector<Plane*> planes() { return {&frame, &view}; }
  std::vector<Plane*> outputs() { return {&view}; }

  /// The view alone: the frame pixels it covers depend on the map.
  std::uint64_t bytes_moved() const { return sizeof(LandmarkView); }

  std::string describe() const {
    return fmt::format("frame {}x{}, map {} {} {}; {} {} {}", frame.width(), frame.height(), map.xx, map.xy,
                       map.xt, map.yx, map.yy, map.yt);
  }
};

Inputs make(int width, int height, const AffineF& map, Content content, int padding, std::uint64_t seed) {
  return {Plane("frame", width, height, 3, padding, content, seed),
          Plane("view", view_side, view_side, 1, 0, Content::random, seed + 1),
          map,
          {}};
}

AffineF view_about(double cosine, double sine, double scale, int width, int height) {
  return about_middle(cosine, sine, scale, view_cut_side, view_cut_side, width, height);
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, const AffineF& map,
                       Content content = Content::random, int padding = 0, bool benchmark = false) {
    result.push_back({what, benchmark, [=, seed = result.size() + 1] {
                        return make(width, height, map, content, padding, seed);
                      }});
  };
  for (const NamedMap& named : hostile_maps(view_cut_side, view_cut_side, 61, 53)) {
    add(named.name, 61, 53, named.map, Content::random, 5);
  }
  for (Content content :
       {Content::random, Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    for (double scale : {0.5, 1.0, 5.3}) {
      add(fmt::format("scale-{}-{}", scale, name_of(content)), 90, 70, view_about(0.8, 0.6, scale, 90, 70),
          content);
    }
  }
  add("one-pixel-frame", 1, 1, view_about(1, 0, 1, 1, 1));
  add("face-512", 1920, 1080, view_about(0.984807753012208, 0.17364817766693033, 5.33, 1920, 1080),
      Content::smooth, 0, true);
  return result;
}

Inputs random(std::uint64_t seed) {
  Generator draw(seed);
  const int width = draw.size(200);
  const int height = draw.size(200);
  const AffineF map = draw.map(view_cut_side, view_cut_side, width, height);
  const Content content = draw.content();
  return make(width, height, map, content, draw.padding(), seed);
}

void assign(Inputs& in, const LandmarkView& view) {
  in.view.assign(view.data(), view.size());
}

}  // namespace

Operator cut_landmark_operator() {
  return make_operator<Inputs>(
      {"cut-landmark",
       "smoothed luma of 19 x 19 pixels about a landmark, out of the frame",
       {{"reference", [](Inputs& in) { assign(in, reference::cut_landmark(in.frame.bgr(), in.map)); }},
        {"cpu", [](Inputs& in) { assign(in, cpu::cut_landmark(in.frame.bgr(), in.map, in.tables)); }, true}},
       ""},
      cases(), random);
}

}  // namespace ffbench::operators
