#include "kernels/cpu/area_mask.hpp"

#include <algorithm>
#include <limits>

#include <fmt/core.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/area_mask_pixel.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/area_mask.hpp"

namespace ffbench::operators {
namespace {

struct Inputs {
  std::vector<HalfPlane> edges;
  float feather = 12;
  Plane mask;

  std::vector<Plane*> planes() { return {&mask}; }
  std::vector<Plane*> outputs() { return {&mask}; }
  std::uint64_t bytes_moved() const { return 2 * mask.pixel_bytes(); }
  std::string describe() const {
    return fmt::format("mask {}x{}, {} edges, feather {}", mask.width(), mask.height(), edges.size(),
                       feather);
  }
};

/// `count` edges around a circle of radius `radius` about the middle, all turned inwards.
/// Directions come from a rational parameter, so that no sine is needed.
std::vector<HalfPlane> polygon(int count, double middle_x, double middle_y, double radius) {
  std::vector<HalfPlane> edges;
  for (int i = 0; i < count; ++i) {
    const double along = 4.0 * i / count;  // once around in four quarters
    const double u = along - static_cast<int>(along);
    const double c = (1 - u * u) / (1 + u * u);
    const double s = 2 * u / (1 + u * u);
    const int quarter = static_cast<int>(along);
    const double nx = quarter == 0 ? c : quarter == 1 ? -s : quarter == 2 ? -c : s;
    const double ny = quarter == 0 ? s : quarter == 1 ? c : quarter == 2 ? -s : -c;
    edges.push_back({static_cast<float>(nx), static_cast<float>(ny),
                     static_cast<float>(radius - (nx * middle_x + ny * middle_y))});
  }
  return edges;
}

Inputs make(int width, int height, std::vector<HalfPlane> edges, float feather, Content content,
            int row_padding, std::uint64_t seed) {
  return {std::move(edges), feather, Plane("mask", width, height, 1, row_padding, content, seed)};
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int width, int height, const std::vector<HalfPlane>& edges,
                       float feather = 12, Content content = Content::near_max, int row_padding = 0,
                       bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark, [=, seed = result.size() + 1] {
                        return make(width, height, edges, feather, content, row_padding, seed);
                      }});
  };
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (int size : hostile_sizes()) {
    add("hull", size, size, polygon(9, 0.5 * size, 0.4 * size, 0.4 * size), 3.5F, Content::random, 3);
    add("wide", size, 7, polygon(5, 0.5 * size, 3, 9), 12, Content::near_max, 0);
  }
  for (int count : {1, 2, 3, 20, 68}) {
    add(fmt::format("edges-{}", count), 130, 120, polygon(count, 60, 60, 45));
  }
  for (float feather : {0.001F, 0.5F, 1.0F, 7.3F, 400.0F}) {
    add(fmt::format("feather-{}", feather), 128, 128, polygon(12, 64, 60, 40), feather);
  }
  add("outside", 100, 100, polygon(8, -300, 50, 40));
  add("all-inside", 100, 100, polygon(8, 50, 50, 5000));
  add("on-pixel-centres", 64, 64, {{1, 0, -16}, {-1, 0, 48}, {0, 1, -16}, {0, -1, 48}});
  add("no-edges", 33, 33, {});
  add("not-a-number", 70, 40, {{nan, 0, 0}, {1, 0, -10}});
  add("infinite", 70, 40, {{infinity, 1, 0}, {0, infinity, -infinity}, {1, 0, -10}});
  add("overflow", 70, 40, {{3e38F, -3e38F, 1}, {-3e38F, 3e38F, 0}, {0, 1, -3}});
  add("hull-20", 256, 256, polygon(20, 128, 120, 90), 12, Content::near_max, 0, true);
  add("hull-20", 512, 512, polygon(20, 256, 240, 180), 12, Content::near_max, 0, true);
  // More edges that matter in one place than a block of the CUDA backend lists.
  for (int count : {200, 256}) {
    add(fmt::format("edges-{}", count), 70, 40, polygon(count, 30, 20, 9));
  }
  return result;
}

/// A filled polygon and a blur, as a user of OpenCV would write it.
void opencv(Inputs& in) {
  cv::Mat mask = opencv_view(in.mask);
  cv::Mat area(mask.size(), CV_8U, cv::Scalar(0));
  std::vector<cv::Point> points;
  for (std::size_t i = 0; i < in.edges.size(); ++i) {
    const HalfPlane& p = in.edges[i];
    const HalfPlane& q = in.edges[(i + 1) % in.edges.size()];
    const float d = p.nx * q.ny - p.ny * q.nx;
    points.emplace_back(cvRound((p.ny * q.c - q.ny * p.c) / d), cvRound((q.nx * p.c - p.nx * q.c) / d));
  }
  cv::fillConvexPoly(area, points, cv::Scalar(255));
  cv::GaussianBlur(area, area, {}, static_cast<double>(in.feather) * 0.25);
  cv::min(mask, area, mask);
}

/// `Elsewhere`: what is lowered lies elsewhere, as it does in the executor; otherwise in place.
template <bool Elsewhere>
std::function<void()> prepare(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    cuda::Pixels start = on(in.mask);
    if constexpr (Elsewhere) {
      const MaskView mask = in.mask.mask();
      std::vector<std::uint8_t> copy;
      for (int y = 0; y < mask.height; ++y) {
        copy.insert(copy.end(), mask.row(y), mask.row(y) + mask.width);
      }
      start = {on.put(copy.data(), copy.size()), mask.width, mask.height, mask.width};
    }
    const auto* item =
        on.put(cuda::AreaMaskItem{start, on(in.mask), on.put(in.edges.data(), in.edges.size()),
                                  static_cast<int>(in.edges.size()), in.feather, 1.0F / in.feather});
    return [&in, &on, item] {
      cuda::stage_kernels.area_mask(item, 1, in.mask.width(), in.mask.height(), on.stream());
    };
  }
  return {};
}

/// Tile by tile, as the kernel leaves edges out.
void on_host(Inputs& in) {
  constexpr int tile_width = 64;
  constexpr int tile_height = 16;
  const MaskView mask = in.mask.mask();
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const int x0 = x / tile_width * tile_width;
      const int y0 = y / tile_height * tile_height;
      float distance = in.feather;
      bool outside = false;
      for (const HalfPlane& edge : in.edges) {
        const cuda::EdgeEffect effect =
            cuda::effect_of(edge, in.feather, x0, y0, std::min(x0 + tile_width, mask.width) - 1,
                            std::min(y0 + tile_height, mask.height) - 1);
        outside = outside || effect == cuda::EdgeEffect::all_zero;
        const float d = cuda::edge_distance(edge, x, y);
        distance = effect == cuda::EdgeEffect::some && d < distance ? d : distance;
      }
      const std::uint32_t inside =
          in.edges.empty() ? 255 : cuda::soft_inside(outside ? 0.0F : distance, 1.0F / in.feather);
      mask.row(y)[x] = std::min(mask.row(y)[x], static_cast<std::uint8_t>(inside));
    }
  }
}

}  // namespace

Operator area_mask_operator() {
  return make_operator<Inputs>(
      {"area-mask",
       "mask lowered to the soft inside of a convex polygon",
       {{"reference", [](Inputs& in) { reference::area_mask(in.edges, in.feather, in.mask.mask()); }},
        {"cpu", [](Inputs& in) { cpu::area_mask(in.edges, in.feather, in.mask.mask()); }, true},
        on_cuda<Inputs>(prepare<false>),
        on_cuda<Inputs>(prepare<true>, "cuda:elsewhere"),
        cuda_arithmetic<Inputs>(on_host),
        {"opencv", opencv}},
       "fillConvexPoly, GaussianBlur 8UC1, min"},
      cases(), [](std::uint64_t seed) {
        Generator draw(seed);
        const int width = draw.size(300);
        const int height = draw.size(300);
        const double x = draw.real(-0.2F, 1.2F) * static_cast<float>(width);
        const double y = draw.real(-0.2F, 1.2F) * static_cast<float>(height);
        const double radius = draw.real(0.05F, 0.8F) * static_cast<float>(std::max(width, height));
        const int count = draw.integer(1, 40);
        const float feather = draw.one_in(4) ? draw.real(0.01F, 300) : draw.real(1, 20);
        const Content content = draw.content();
        return make(width, height, polygon(count, x, y, radius), feather, content, draw.padding(), seed);
      });
}

}  // namespace ffbench::operators
