#include "kernels/cpu/warp_antialiased.hpp"

#include <array>

#include <fmt/core.h>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "harness/operators/warp_inputs.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "kernels/cuda/warp.hpp"
#include "kernels/cuda/warp_antialiased_table.hpp"
#include "reference/warp_antialiased.hpp"

namespace ffbench::operators {
namespace {

/// Those of `warp`, and scales on either side of where the number of taps changes.
std::vector<NamedInputs<WarpInputs>> cases() {
  std::vector<NamedInputs<WarpInputs>> result;
  const AddWarpCase add{result};
  for (const NamedMap& named : hostile_maps(65, 47, 161, 153)) {
    add(named.name, 161, 153, 65, 47, named.map, Content::random, 5);
  }
  for (int size : hostile_sizes()) {
    add("upright", 131, 70, size, 5, about_middle(1, 0, 1.37, size, 5, 131, 70), Content::random, 1);
    add(fmt::format("from-{}x9", size), size, 9, 40, 40, about_middle(0.8, 0.6, 1.4, 40, 40, size, 9));
    add(fmt::format("from-40x{}", size), 40, size, 33, 33, about_middle(0.6, -0.8, 2.2, 33, 33, 40, size));
  }
  for (double scale : {0.99, 1.0, 1.01, 1.2, 1.21, 1.6, 1.61, 1.99, 2.0, 2.01, 3.0, 4.0, 6.01, 12.8, 13.0}) {
    for (Content content : {Content::random, Content::extremes, Content::near_max}) {
      add(fmt::format("scale-{}-{}", scale, name_of(content)), 190, 140, 37, 29,
          about_middle(0.8660254037844387, 0.5, scale, 37, 29, 190, 140), content, 3);
    }
  }
  AffineF uneven = about_middle(1, 0, 3, 40, 40, 130, 90);
  uneven.yy = 0.5F;
  add("wide-across-alone", 130, 90, 40, 40, uneven);
  add("one-pixel-frame", 1, 1, 17, 17, about_middle(1, 0, 2.5, 17, 17, 1, 1));
  const auto turned = [](double scale, int size) {
    return about_middle(0.984807753012208, 0.17364817766693033, scale, size, size, 2560, 1440);
  };
  add("scale-1.33", 2560, 1440, 512, 512, turned(1.33, 512), Content::random, 0, true);
  add("scale-2", 2560, 1440, 512, 512, turned(2, 512), Content::random, 0, true);
  add("scale-2", 2560, 1440, 256, 256, turned(2, 256), Content::random, 0, true);
  add("scale-4", 2560, 1440, 256, 256, turned(4, 256), Content::random, 0, true);
  add("scale-8", 2560, 1440, 128, 128, turned(8, 128), Content::random, 0, true);
  return result;
}

/// Taps across and down, their weights in the host's table.
std::array<cuda::AntialiasTaps, 2> antialias_taps(const AffineF& map) {
  const AntialiasRadii radii = antialias_radii(map);
  const cuda::AntialiasTable& table = cuda::antialias_table();
  return {table.axis(radii.across, table.weights().data()), table.axis(radii.down, table.weights().data())};
}

template <int Count>
std::function<void()> prepare(WarpInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    auto taps = antialias_taps(in.map);
    for (cuda::AntialiasTaps& axis : taps) {
      axis.weights =
          on.put(axis.weights, std::size_t{antialias_phases} * static_cast<std::size_t>(axis.stride));
    }
    const auto* items = on.put_last(
        cuda::WarpItem{on(in.frame), cuda::to_map(in.map), on(in.crop), nullptr, taps[0], taps[1]}, Count);
    return [&in, &on, items] {
      cuda::stage_kernels.warp_antialiased(items, Count, in.crop.width(), in.crop.height(), false,
                                           on.linear_light(), on.stream());
    };
  }
  return {};
}

void on_host(WarpInputs& in) {
  const cuda::Pixels frame = cuda::to_pixels(in.frame.bgr());
  const cuda::Map map = cuda::to_map(in.map);
  const auto [across, down] = antialias_taps(in.map);
  const BgrView crop = in.crop.bgr();
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width; ++x) {
      store_pixel(crop, x, y,
                  across.taps == 0 ? cuda::warp_pixel(frame, map, x, y)
                                   : cuda::antialiased_pixel(frame, map, across, down, x, y));
    }
  }
}

}  // namespace

Operator warp_antialiased_operator() {
  return make_operator<WarpInputs>(
      {"warp-antialiased",
       "frame to crop, mean of the frame pixels that a crop pixel covers; bilinear where it does not minify",
       {{"reference",
         [](WarpInputs& in) { reference::warp_antialiased(in.frame.bgr(), in.map, in.crop.bgr()); }},
        {"cpu", [](WarpInputs& in) { cpu::warp_antialiased(in.frame.bgr(), in.map, in.crop.bgr()); }, true},
        on_cuda<WarpInputs>(prepare<1>),
        on_cuda<WarpInputs>(prepare<4>, "cuda:batch"),
        cuda_arithmetic<WarpInputs>(on_host),
        {"opencv", opencv_warp}},
       "warpAffine 8UC3, INTER_LINEAR, BORDER_REPLICATE (bilinear, aliases)"},
      cases(), random_warp_inputs);
}

}  // namespace ffbench::operators
