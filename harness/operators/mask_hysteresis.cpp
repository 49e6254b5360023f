#include "kernels/cpu/mask_hysteresis.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/core.h>
#include <opencv2/core.hpp>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/mask_hysteresis.hpp"
#include "kernels/cuda/mask_hysteresis_pixel.hpp"
#include "reference/mask_hysteresis.hpp"

namespace ffbench::operators {
namespace {

struct Inputs {
  int band = 4;
  Plane previous;
  Plane mask;

  std::vector<Plane*> planes() { return {&previous, &mask}; }
  std::vector<Plane*> outputs() { return {&mask}; }
  std::uint64_t bytes_moved() const { return 3 * mask.pixel_bytes(); }
  std::string describe() const {
    return fmt::format("mask {}x{}, band {}", mask.width(), mask.height(), band);
  }
};

Inputs make(int width, int height, int band, Content content, int row_padding, std::uint64_t seed) {
  return {band, Plane("previous", width, height, 1, row_padding, content, seed),
          Plane("mask", width, height, 1, 2 * row_padding, content, seed + 1)};
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, int band, Content content,
                       int row_padding, bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark, [=, seed = result.size() + 1] {
                        return make(width, height, band, content, row_padding, seed);
                      }});
  };
  for (int size : hostile_sizes()) {
    add("padded", size, 5, 4, Content::random, 3);
    add("square", size, size, 9, Content::near_max, 0);
  }
  for (int band : {0, 1, 127, 128, 255, 256, 1000}) {
    add(fmt::format("band-{}", band), 67, 33, band, Content::random, 0);
  }
  for (Content content : {Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    add(name_of(content), 128, 128, 4, content, 0);
  }
  add("random", 256, 256, 4, Content::random, 0, true);
  add("random", 512, 512, 4, Content::random, 0, true);
  add("random", 3840, 2160, 4, Content::random, 0, true);
  return result;
}

std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto* item = on.put(cuda::MaskHysteresisItem{on(in.previous), on(in.mask), in.band});
    return
        [&in, &on, item] { cuda::mask_hysteresis(item, 1, in.mask.width(), in.mask.height(), on.stream()); };
  }
  return {};
}

void on_host(Inputs& in) {
  // Four at a time, the last of a row with zeros behind them.
  for (int y = 0; y < in.mask.height(); ++y) {
    for (int x = 0; x < in.mask.width(); x += 4) {
      const auto count = static_cast<std::size_t>(std::min(4, in.mask.width() - x));
      std::uint32_t now = 0;
      std::uint32_t before = 0;
      std::memcpy(&now, in.mask.mask().row(y) + x, count);
      std::memcpy(&before, in.previous.mask().row(y) + x, count);
      const std::uint32_t held = cuda::held_four(now, before, in.band);
      std::memcpy(in.mask.mask().row(y) + x, &held, count);
    }
  }
}

}  // namespace

Operator mask_hysteresis_operator() {
  return make_operator<Inputs>(
      {"mask-hysteresis",
       "mask held within a band of the previous frame's",
       {{"reference",
         [](Inputs& in) { reference::mask_hysteresis(in.previous.mask(), in.band, in.mask.mask()); }},
        {"cpu", [](Inputs& in) { cpu::mask_hysteresis(in.previous.mask(), in.band, in.mask.mask()); }, true},
        on_cuda<Inputs>(prepare),
        cuda_arithmetic<Inputs>(on_host),
        {"opencv",
         [](Inputs& in) {
           cv::Mat mask = opencv_view(in.mask);
           cv::Mat low;
           cv::Mat high;
           cv::subtract(mask, in.band, low);
           cv::add(mask, in.band, high);
           cv::Mat held;
           cv::max(opencv_view(in.previous), low, held);
           cv::min(held, high, mask);
         }}},
       "subtract, add, max, min 8UC1 (without the exact 0 and 255)"},
      cases(), [](std::uint64_t seed) {
        Generator draw(seed);
        const int width = draw.size(300);
        const int height = draw.size(300);
        const int band = draw.integer(0, 40);
        const Content content = draw.content();
        return make(width, height, band, content, draw.padding(), seed);
      });
}

}  // namespace ffbench::operators
