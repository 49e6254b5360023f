#include "kernels/cpu/warp.hpp"

#include <array>

#include <fmt/core.h>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "harness/operators/warp_inputs.hpp"
#include "kernels/cuda/pixels.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/warp.hpp"

namespace ffbench::operators {
namespace {

std::vector<NamedInputs<WarpInputs>> cases() {
  std::vector<NamedInputs<WarpInputs>> result;
  const AddWarpCase add{result};
  for (const NamedMap& named : hostile_maps(65, 47, 61, 53)) {
    add(named.name, 61, 53, 65, 47, named.map, Content::random, 5);
  }
  for (int size : hostile_sizes()) {
    add("upright", 131, 70, size, 5, about_middle(1, 0, 1.37, size, 5, 131, 70), Content::random, 1);
    add(fmt::format("from-{}x9", size), size, 9, 40, 40, about_middle(0.8, 0.6, 0.4, 40, 40, size, 9));
    add(fmt::format("from-40x{}", size), 40, size, 33, 33, about_middle(0.6, -0.8, 1.2, 33, 33, 40, size));
  }
  for (Content content : {Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    add("rotated-30-" + name_of(content), 200, 150, 128, 128,
        about_middle(0.8660254037844387, 0.5, 1.3, 128, 128, 200, 150), content);
  }
  add("one-pixel-frame", 1, 1, 17, 17, about_middle(1, 0, 0.1, 17, 17, 1, 1));
  const AffineF turned = about_middle(0.984807753012208, 0.17364817766693033, 1.33, 512, 512, 1920, 1080);
  add("turned-10", 1920, 1080, 512, 512, turned, Content::random, 0, true);
  add("turned-10-smooth", 1920, 1080, 512, 512, turned, Content::smooth, 0, true);
  add("over-the-corner", 1920, 1080, 512, 512, about_middle(0.8, 0.6, 1.2, 1000, 800, 400, 300),
      Content::random, 0, true);
  add("turned-10-scale-2", 2560, 1440, 512, 512,
      about_middle(0.984807753012208, 0.17364817766693033, 2, 512, 512, 2560, 1440), Content::random, 0,
      true);
  add("turned-10", 1920, 1080, 256, 256,
      about_middle(0.984807753012208, 0.17364817766693033, 2.66, 256, 256, 1920, 1080), Content::random, 0,
      true);
  add("turned-10", 1920, 1080, 3840, 2160,
      about_middle(0.984807753012208, 0.17364817766693033, 0.5, 3840, 2160, 1920, 1080), Content::random, 0,
      true);
  return result;
}

/// The frame's base address has to leave room for whole words; guards do.
std::function<void()> prepare(WarpInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto* item =
        on.put(cuda::WarpItem{on(in.frame), cuda::to_map(in.map), on(in.crop), nullptr, {}, {}});
    return [&in, &on, item] {
      cuda::stage_kernels.warp(item, 1, in.crop.width(), in.crop.height(), false, on.linear_light(),
                               on.stream());
    };
  }
  return {};
}

/// As one of a batch, for which there are other kernels than for one alone. The others have no
/// pixels.
template <int Count>
std::function<void()> prepare_batch(WarpInputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    std::array<cuda::WarpItem, Count> batch{};
    batch[2] = {on(in.frame), cuda::to_map(in.map), on(in.crop), nullptr, {}, {}};
    const auto* items = on.put(batch.data(), batch.size());
    return [&in, &on, items, count = static_cast<int>(batch.size())] {
      cuda::stage_kernels.warp(items, count, in.crop.width(), in.crop.height(), false, on.linear_light(),
                               on.stream());
    };
  }
  return {};
}

/// In steps where the kernel does so.
std::uint32_t warped_pixel(const cuda::Pixels& frame, cuda::SamplePoint at) {
  if (cuda::in_steps(at, frame.width, frame.height)) {
    const cuda::Floor x = cuda::floor_of(at.x);
    const cuda::Floor y = cuda::floor_of(at.y);
    if (cuda::steps_of(at.x, x) != 0) {
      const auto column = static_cast<int>(at.x);
      const auto row = static_cast<int>(at.y);
      return cuda::warp_pixel_steps(cuda::load_pair(frame.row(row), column),
                                    cuda::load_pair(frame.row(row + 1), column), at, x, y);
    }
  }
  return cuda::warp_pixel(frame, at);
}

void on_host(WarpInputs& in) {
  const cuda::Pixels frame = cuda::to_pixels(in.frame.bgr());
  const BgrView crop = in.crop.bgr();
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width; ++x) {
      store_pixel(crop, x, y, warped_pixel(frame, cuda::sample_point(cuda::to_map(in.map), x, y)));
    }
  }
}

}  // namespace

Operator warp_operator() {
  return make_operator<WarpInputs>(
      {"warp",
       "frame to crop, bilinear, replicated border",
       {{"reference", [](WarpInputs& in) { reference::warp(in.frame.bgr(), in.map, in.crop.bgr()); }},
        {"cpu", [](WarpInputs& in) { cpu::warp(in.frame.bgr(), in.map, in.crop.bgr()); }, true},
        on_cuda<WarpInputs>(prepare),
        on_cuda<WarpInputs>(prepare_batch<4>, "cuda:few"),
        on_cuda<WarpInputs>(prepare_batch<16>, "cuda:batch"),
        cuda_arithmetic<WarpInputs>(on_host),
        {"opencv", opencv_warp}},
       "warpAffine 8UC3, INTER_LINEAR, BORDER_REPLICATE"},
      cases(), random_warp_inputs);
}

}  // namespace ffbench::operators
