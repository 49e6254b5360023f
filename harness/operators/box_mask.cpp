#include "kernels/cpu/box_mask.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/box_mask_pixel.hpp"
#include "kernels/cuda/box_mask_profile.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/box_mask.hpp"

namespace ffbench::operators {
namespace {

struct Inputs {
  double blur = 0.3;
  MaskPadding padding;
  Plane mask;
  cpu::BoxMaskCache cache;

  std::vector<Plane*> planes() { return {&mask}; }
  std::vector<Plane*> outputs() { return {&mask}; }
  std::uint64_t bytes_moved() const { return mask.pixel_bytes(); }
  std::string describe() const {
    return fmt::format("mask {}x{}, blur {}, padding {} {} {} {}", mask.width(), mask.height(), blur,
                       padding.top, padding.right, padding.bottom, padding.left);
  }
};

Inputs make(int width, int height, double blur, const MaskPadding& padding, int row_padding) {
  return {blur, padding, Plane("mask", width, height, 1, row_padding, Content::extremes, 3), {}};
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, double blur,
                       const MaskPadding& padding, int row_padding, bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark,
                      [=] { return make(width, height, blur, padding, row_padding); }});
  };
  for (int size : hostile_sizes()) {
    add("blur-0.3", size, size, 0.3, {}, 3);
    add("blur-1", size, 20, 1.0, {}, 0);
  }
  for (double blur : {0.0, 0.01, 0.5, 1.0}) {
    add(fmt::format("blur-{}", blur), 200, 128, blur, {}, 0);
  }
  add("padded-each-side", 256, 256, 0.3, {10, 20, 30, 40}, 0);
  add("padded-to-nothing", 64, 64, 0.3, {60, 60, 60, 60}, 0);
  add("padding-100", 65, 65, 0.1, {100, 0, 0, 0}, 0);
  add("default", 128, 128, 0.3, {}, 0);
  add("default", 256, 256, 0.3, {}, 0, true);
  add("default", 512, 512, 0.3, {}, 0, true);
  return result;
}

/// FaceFusion makes its box mask by filling a rectangle and blurring it.
void opencv(Inputs& in) {
  cv::Mat mask = opencv_view(in.mask);
  const int amount = static_cast<int>(mask.cols * 0.5 * in.blur);
  const int border = std::max(amount / 2, 1);
  cv::Mat_<float> box(mask.rows, mask.cols, 1.0F);
  box.rowRange(0, border) = 0;
  box.rowRange(mask.rows - border, mask.rows) = 0;
  box.colRange(0, border) = 0;
  box.colRange(mask.cols - border, mask.cols) = 0;
  cv::GaussianBlur(box, box, {}, amount * 0.25);
  box.convertTo(mask, CV_8U, 255);
}

std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto across = cuda::box_profile(in.mask.width(), in.blur, in.padding.left, in.padding.right);
    const auto down = cuda::box_profile(in.mask.height(), in.blur, in.padding.top, in.padding.bottom);
    const auto* item = on.put(cuda::BoxMaskItem{on(in.mask), on.put(across.data(), across.size()),
                                                on.put(down.data(), down.size())});
    return [&in, &on, item] {
      cuda::stage_kernels.box_mask(item, 1, in.mask.width(), in.mask.height(), on.stream());
    };
  }
  return {};
}

void on_host(Inputs& in) {
  const auto across = cuda::box_profile(in.mask.width(), in.blur, in.padding.left, in.padding.right);
  const auto down = cuda::box_profile(in.mask.height(), in.blur, in.padding.top, in.padding.bottom);
  for (int y = 0; y < in.mask.height(); ++y) {
    for (int x = 0; x < in.mask.width(); ++x) {
      in.mask.mask().row(y)[x] =
          cuda::box_value(across[static_cast<std::size_t>(x)], down[static_cast<std::size_t>(y)]);
    }
  }
}

}  // namespace

Operator box_mask_operator() {
  return make_operator<Inputs>(
      {"box-mask",
       "blurred rectangle, FaceFusion's face mask",
       {{"reference", [](Inputs& in) { reference::box_mask(in.blur, in.padding, in.mask.mask()); }},
        {"cpu", [](Inputs& in) { cpu::box_mask(in.blur, in.padding, in.mask.mask()); }},
        {"cpu:cached",
         [](Inputs& in) {
           const MaskImage& mask = in.cache.get(in.mask.width(), in.mask.height(), in.blur, in.padding);
           copy_pixels<std::uint8_t, 1>(mask.view(), in.mask.mask());
         }},
        on_cuda<Inputs>(prepare),
        cuda_arithmetic<Inputs>(on_host),
        {"opencv", opencv}},
       "GaussianBlur 32FC1 of a rectangle, convertTo"},
      cases(), [](std::uint64_t seed) {
        Generator draw(seed);
        const int width = draw.size(300);
        const int height = draw.size(300);
        const double blur = draw.real(0, 1);
        const MaskPadding padding{draw.integer(0, 60), draw.integer(0, 60), draw.integer(0, 60),
                                  draw.integer(0, 60)};
        return make(width, height, blur, padding, draw.padding());
      });
}

}  // namespace ffbench::operators
