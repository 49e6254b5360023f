#include "kernels/cpu/apply_gains.hpp"

#include <array>

#include <fmt/core.h>
#include <opencv2/core.hpp>

#include "harness/operators/crop_cases.hpp"
#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/apply_gains.hpp"
#include "reference/apply_gains.hpp"

namespace ffbench::operators {
namespace {

/// A crop that is mapped through tables, in place.
struct Inputs {
  std::array<std::array<std::uint8_t, 256>, 3> tables{};
  Plane crop;

  std::vector<Plane*> planes() { return {&crop}; }
  std::vector<Plane*> outputs() { return {&crop}; }
  std::uint64_t bytes_moved() const { return 2 * crop.pixel_bytes(); }
  std::string describe() const { return fmt::format("crop {}x{}", crop.width(), crop.height()); }
};

/// Tables in which no two channels and no two values agree by accident.
Inputs make(int width, int height, Content content, int padding, std::uint64_t seed) {
  Inputs result{{}, Plane("crop", width, height, 3, padding, content, seed)};
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t v = 0; v < 256; ++v) {
      result.tables[c][v] = static_cast<std::uint8_t>(mixed(seed + c, v));
    }
  }
  return result;
}

template <int Count>
std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto* tables = on.put(in.tables[0].data(), sizeof in.tables);
    const auto* items = on.put_last(cuda::ApplyGainsItem{on(in.crop), tables}, Count);
    const bool dense = on(in.crop).stride == 3 * in.crop.width();
    return [&in, &on, items, dense] {
      cuda::apply_gains(items, Count, in.crop.width(), in.crop.height(), dense, on.stream());
    };
  }
  return {};
}

}  // namespace

Operator apply_gains_operator() {
  return make_operator<Inputs>(
      {"apply-gains",
       "every byte through its channel's table",
       {{"reference", [](Inputs& in) { reference::apply_gains(in.tables, in.crop.bgr()); }},
        {"cpu", [](Inputs& in) { cpu::apply_gains(in.tables, in.crop.bgr(), in.crop.bgr()); }, true},
        on_cuda<Inputs>(prepare<1>),
        on_cuda<Inputs>(prepare<32>, "cuda:batch"),
        {"opencv",
         [](Inputs& in) {
           cv::Mat_<cv::Vec3b> table(1, 256);
           for (int v = 0; v < 256; ++v) {
             for (int c = 0; c < 3; ++c) {
               table(0, v)[c] = in.tables[static_cast<std::size_t>(c)][static_cast<std::size_t>(v)];
             }
           }
           cv::Mat crop = opencv_view(in.crop);
           cv::LUT(crop, table, crop);
         }}},
       "LUT 8UC3"},
      crop_cases<Inputs>(make), [](std::uint64_t seed) { return random_crop(seed, make); });
}

}  // namespace ffbench::operators
