#include <array>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/rows.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cpu/antialiased_warp.hpp"
#include "kernels/cpu/warp.hpp"
#include "kernels/cuda/antialias_table.hpp"
#include "reference/antialiased_warp.hpp"
#include "reference/warp.hpp"

namespace ffbench::operators {
namespace {

struct Inputs {
  Plane frame;
  Plane crop;
  AffineF map;

  std::vector<Plane*> planes() { return {&frame, &crop}; }
  std::vector<Plane*> outputs() { return {&crop}; }

  /// Every output pixel once, and as many frame pixels as the output covers, each once at most.
  std::uint64_t bytes_moved() const {
    const double area = std::abs(double{map.xx} * double{map.yy} - double{map.xy} * double{map.yx});
    const auto written = static_cast<double>(crop.pixel_bytes());
    const auto whole = static_cast<double>(frame.pixel_bytes());
    const double read = written * area < whole ? written * area : whole;
    return static_cast<std::uint64_t>(written + read);
  }

  std::string describe() const {
    return fmt::format("frame {}x{}, crop {}x{}, map {} {} {}; {} {} {}", frame.width(), frame.height(),
                       crop.width(), crop.height(), map.xx, map.xy, map.xt, map.yx, map.yy, map.yt);
  }
};

Inputs make(int frame_width, int frame_height, int width, int height, const AffineF& map, Content content,
            int padding, std::uint64_t seed) {
  return {Plane("frame", frame_width, frame_height, 3, padding, content, seed),
          Plane("crop", width, height, 3, padding == 0 ? 0 : padding + 3, Content::extremes, seed + 1), map};
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int frame_width, int frame_height, int width, int height,
                       const AffineF& map, Content content = Content::random, int padding = 0,
                       bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark, [=, seed = result.size() + 1] {
                        return make(frame_width, frame_height, width, height, map, content, padding, seed);
                      }});
  };
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

/// Those of `warp`, and scales on either side of where the number of taps changes.
std::vector<NamedInputs<Inputs>> antialiased_cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, int frame_width, int frame_height, int width, int height,
                       const AffineF& map, Content content = Content::random, int padding = 0,
                       bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, width, height), benchmark, [=, seed = result.size() + 1] {
                        return make(frame_width, frame_height, width, height, map, content, padding, seed);
                      }});
  };
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

Inputs random(std::uint64_t seed) {
  Generator draw(seed);
  const int frame_width = draw.size(400);
  const int frame_height = draw.size(300);
  const int width = draw.size(200);
  const int height = draw.size(200);
  const AffineF map = draw.map(width, height, frame_width, frame_height);
  const Content content = draw.content();
  return make(frame_width, frame_height, width, height, map, content, draw.padding(), seed);
}

void plain_opencv_warp(Inputs& in) {
  cv::Mat crop = opencv_view(in.crop);
  const AffineF& m = in.map;
  const cv::Matx23f map(m.xx, m.xy, m.xt, m.yx, m.yy, m.yt);
  cv::warpAffine(opencv_view(in.frame), crop, map, crop.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP,
                 cv::BORDER_REPLICATE);
}

/// The frame's base address has to leave room for whole words; guards do.
std::function<void()> prepare_cuda(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const auto* item =
        on.put(cuda::WarpItem{on(in.frame), cuda::to_map(in.map), on(in.crop), nullptr, {}, {}});
    return [&in, &on, item] {
      cuda::warp(item, 1, in.crop.width(), in.crop.height(), false, on.light(), on.stream());
    };
  }
  return {};
}

/// As one of a batch, for which there are other kernels than for one alone. The others have no pixels.
template <int Count>
std::function<void()> prepare_cuda_batch(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    std::array<cuda::WarpItem, Count> batch{};
    batch[2] = {on(in.frame), cuda::to_map(in.map), on(in.crop), nullptr, {}, {}};
    const auto* items = on.put(batch.data(), batch.size());
    return [&in, &on, items, count = static_cast<int>(batch.size())] {
      cuda::warp(items, count, in.crop.width(), in.crop.height(), false, on.light(), on.stream());
    };
  }
  return {};
}

/// Taps across and down, their weights in the host's table.
std::array<cuda::AntialiasTaps, 2> antialias_taps(const AffineF& map) {
  const AntialiasRadii radii = antialias_radii(map);
  const cuda::AntialiasTable& table = cuda::antialias_table();
  return {table.axis(radii.across, table.weights().data()), table.axis(radii.down, table.weights().data())};
}

template <int Count>
std::function<void()> prepare_antialiased_cuda(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    auto taps = antialias_taps(in.map);
    for (cuda::AntialiasTaps& axis : taps) {
      axis.weights =
          on.put(axis.weights, std::size_t{antialias_phases} * static_cast<std::size_t>(axis.stride));
    }
    const auto* items = on.put_last(
        cuda::WarpItem{on(in.frame), cuda::to_map(in.map), on(in.crop), nullptr, taps[0], taps[1]}, Count);
    return [&in, &on, items] {
      cuda::antialiased_warp(items, Count, in.crop.width(), in.crop.height(), false, on.light(), on.stream());
    };
  }
  return {};
}

void store_pixel(BgrView crop, int x, int y, std::uint32_t pixel) {
  for (int c = 0; c < 3; ++c) {
    crop.pixel(x, y)[c] = static_cast<std::uint8_t>(pixel >> (8 * c));
  }
}

void antialiased_warp_on_host(Inputs& in) {
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

void warp_on_host(Inputs& in) {
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
  return make_operator<Inputs>(
      {"warp",
       "frame to crop, bilinear, replicated border",
       {{"reference", [](Inputs& in) { reference::warp(in.frame.bgr(), in.map, in.crop.bgr()); }},
        {"cpu", [](Inputs& in) { cpu::warp(in.frame.bgr(), in.map, in.crop.bgr()); }, true},
        on_cuda<Inputs>(prepare_cuda),
        on_cuda<Inputs>(prepare_cuda_batch<4>, "cuda:few"),
        on_cuda<Inputs>(prepare_cuda_batch<16>, "cuda:batch"),
        cuda_arithmetic<Inputs>(warp_on_host),
        {"opencv", plain_opencv_warp}},
       "warpAffine 8UC3, INTER_LINEAR, BORDER_REPLICATE"},
      cases(), random);
}

Operator antialiased_warp_operator() {
  return make_operator<Inputs>(
      {"warp-antialiased",
       "frame to crop, mean of the frame pixels that a crop pixel covers; bilinear where it does not minify",
       {{"reference", [](Inputs& in) { reference::antialiased_warp(in.frame.bgr(), in.map, in.crop.bgr()); }},
        {"cpu", [](Inputs& in) { cpu::antialiased_warp(in.frame.bgr(), in.map, in.crop.bgr()); }, true},
        on_cuda<Inputs>(prepare_antialiased_cuda<1>),
        on_cuda<Inputs>(prepare_antialiased_cuda<4>, "cuda:batch"),
        cuda_arithmetic<Inputs>(antialiased_warp_on_host),
        {"opencv", plain_opencv_warp}},
       "warpAffine 8UC3, INTER_LINEAR, BORDER_REPLICATE (bilinear, aliases)"},
      antialiased_cases(), random);
}

}  // namespace ffbench::operators
