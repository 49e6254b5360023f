#include "kernels/cpu/frame_difference.hpp"

#include <fmt/core.h>
#include <opencv2/core.hpp>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/frame_difference.hpp"
#include "reference/frame_difference.hpp"

namespace ffbench::operators {
namespace {

struct Inputs {
  Plane a;
  Plane b;
  Plane sum;

  std::vector<Plane*> planes() { return {&a, &b, &sum}; }
  std::vector<Plane*> outputs() { return {&sum}; }
  std::uint64_t bytes_moved() const { return 2 * a.pixel_bytes(); }
  std::string describe() const { return fmt::format("images {}x{}", a.width(), a.height()); }
};

/// Black against white where `opposite`: the largest sum there is.
Inputs make(int width, int height, Content content, int padding, bool opposite, std::uint64_t seed) {
  Inputs result{Plane("a", width, height, 3, padding, content, seed),
                Plane("b", width, height, 3, 2 * padding, content, seed + 1), Plane("sum", 8)};
  if (opposite) {
    for (int y = 0; y < height; ++y) {
      std::fill_n(result.a.bgr().row(y), 3 * width, std::uint8_t{0});
      std::fill_n(result.b.bgr().row(y), 3 * width, std::uint8_t{255});
    }
  }
  return result;
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, Content content, int padding,
                       bool opposite, bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark, [=, seed = result.size() + 1] {
                        return make(width, height, content, padding, opposite, seed);
                      }});
  };
  for (int size : hostile_sizes()) {
    add("padded", size, 5, Content::random, 7, false);
    add("extremes", size, size, Content::extremes, 0, false);
  }
  for (Content content : {Content::near_min, Content::near_max, Content::smooth}) {
    add(name_of(content), 128, 128, content, 0, false);
  }
  add("black-on-white", 32768, 2, Content::random, 0, true);
  add("black-on-white", 5461, 3, Content::random, 0, true);
  add("black-on-white", 5462, 3, Content::random, 0, true);
  add("random", 640, 640, Content::random, 0, false, true);
  add("random", 3840, 2160, Content::random, 0, false, true);
  return result;
}

std::function<void()> prepare_cuda(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    auto* sum = reinterpret_cast<unsigned long long*>(on(in.sum).data);
    const auto* item = on.put(cuda::FrameDifferenceItem{on(in.a), on(in.b), sum});
    const bool dense = on(in.a).stride == 3 * in.a.width() && on(in.b).stride == 3 * in.b.width();
    return [&in, &on, item, sum, dense] {
      on.clear(sum, sizeof *sum);
      cuda::frame_difference(item, 1, in.a.width(), in.a.height(), dense, on.stream());
    };
  }
  return {};
}

}  // namespace

Operator frame_difference_operator() {
  return make_operator<Inputs>({"frame-difference",
                                "sum of squared differences of two frames, for tPSNR",
                                {{"reference",
                                  [](Inputs& in) {
                                    const auto sum = reference::frame_difference(in.a.bgr(), in.b.bgr());
                                    in.sum.assign(&sum, sizeof sum);
                                  }},
                                 {"cpu",
                                  [](Inputs& in) {
                                    const auto sum = cpu::frame_difference(in.a.bgr(), in.b.bgr());
                                    in.sum.assign(&sum, sizeof sum);
                                  },
                                  true},
                                 on_cuda<Inputs>(prepare_cuda),
                                 {"opencv",
                                  [](Inputs& in) {
                                    const double sum =
                                        cv::norm(opencv_view(in.a), opencv_view(in.b), cv::NORM_L2SQR);
                                    in.sum.assign(&sum, sizeof sum);
                                  }}},
                                "norm NORM_L2SQR 8UC3"},
                               cases(), [](std::uint64_t seed) {
                                 Generator draw(seed);
                                 const int width = draw.size(600);
                                 const int height = draw.size(300);
                                 const Content content = draw.content();
                                 return make(width, height, content, draw.padding(), draw.one_in(8), seed);
                               });
}

}  // namespace ffbench::operators
