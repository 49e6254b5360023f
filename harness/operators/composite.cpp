#include "kernels/cpu/composite.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include <fmt/core.h>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "harness/operators/device_session.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/opencv_view.hpp"
#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cpu/area_mask.hpp"
#include "kernels/cpu/box_mask.hpp"
#include "kernels/cuda/composite.hpp"
#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/composite_tiles.hpp"
#include "kernels/cuda/packed_crop.hpp"
#include "kernels/cuda/preset_parameters.hpp"
#include "kernels/cuda/stage_kernels.hpp"
#include "reference/area_mask.hpp"
#include "reference/box_mask.hpp"
#include "reference/composite.hpp"

namespace ffbench::operators {
namespace {

/// How the mask is made.
enum class MaskKind {
  noise,
  full,
  empty,
  box,
  face,
  blocks,  ///< all 0, all 255 or noise in blocks that end at tiles of MaskTiles or a pixel beside
};

struct Inputs {
  Plane crop;
  Plane mask;
  Plane frame;
  AffineF map;
  Region region;
  Preset preset;

  std::vector<Plane*> planes() { return {&crop, &mask, &frame}; }
  std::vector<Plane*> outputs() { return {&frame}; }
  /// The region is read and written, crop and mask are read.
  std::uint64_t bytes_moved() const {
    return 6 * static_cast<std::uint64_t>(std::max(region.width, 0)) *
               static_cast<std::uint64_t>(std::max(region.height, 0)) +
           crop.pixel_bytes() + mask.pixel_bytes();
  }
  std::string describe() const {
    return fmt::format("crop {}x{}, frame {}x{}, region {} {} {} {}, seam {}, map {} {} {}; {} {} {}",
                       crop.width(), crop.height(), frame.width(), frame.height(), region.x, region.y,
                       region.width, region.height, preset.seam, map.xx, map.xy, map.xt, map.yx, map.yy,
                       map.yt);
  }
};

struct Parameters {
  int crop_width = 64;
  int crop_height = 64;
  int frame_width = 96;
  int frame_height = 80;
  MaskKind mask = MaskKind::noise;
  Content content = Content::random;
  int padding = 0;
  bool seam = true;
  double seam_low = 30;
  bool whole_frame = true;  ///< the region is the frame, otherwise its middle
};

/// Work is left out where tiles of the mask are all 0. Sharp edges there show every pixel that was
/// left out wrongly: beside a block of 0 lies one of 255 or of noise.
void draw_blocks(MaskView mask, std::uint64_t seed) {
  constexpr int tile = 16;
  Generator draw(seed);
  const int side = draw.one_in(3) ? 2 * tile : tile;
  const int shift_x = draw.integer(-1, 1);
  const int shift_y = draw.integer(-1, 1);
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const int column = (x + side + shift_x) / side;
      const int row = (y + side + shift_y) / side;
      switch (mixed(seed, static_cast<std::uint64_t>(1000 * row + column)) % 5) {
        case 0:
          break;  // the noise that is there
        case 1:
          mask.row(y)[x] = 255;
          break;
        default:
          mask.row(y)[x] = 0;
      }
    }
  }
}

Inputs make(const Parameters& p, const AffineF& map, std::uint64_t seed) {
  const Content mask_content = p.mask == MaskKind::noise    ? p.content
                               : p.mask == MaskKind::blocks ? Content::random
                                                            : Content::near_max;
  Inputs result{Plane("crop", p.crop_width, p.crop_height, 3, p.padding, p.content, seed),
                Plane("mask", p.crop_width, p.crop_height, 1, p.padding / 2, mask_content, seed + 1),
                Plane("frame", p.frame_width, p.frame_height, 3, p.padding * 2, p.content, seed + 2),
                map,
                {},
                {}};
  result.preset.seam = p.seam;
  result.preset.seam_low = p.seam_low;
  result.region = p.whole_frame ? Region{0, 0, p.frame_width, p.frame_height}
                                : Region{p.frame_width / 5, p.frame_height / 4,
                                         p.frame_width - p.frame_width / 3, p.frame_height / 2};
  MaskView mask = result.mask.mask();
  if (p.mask == MaskKind::full || p.mask == MaskKind::empty) {
    for (int y = 0; y < mask.height; ++y) {
      std::fill_n(mask.row(y), mask.width, static_cast<std::uint8_t>(p.mask == MaskKind::full ? 255 : 0));
    }
  } else if (p.mask == MaskKind::blocks) {
    draw_blocks(mask, seed + 3);
  } else if (p.mask != MaskKind::noise) {
    reference::box_mask(0.3, {}, mask);
    if (p.mask == MaskKind::face) {
      const float n = static_cast<float>(mask.width);
      const float s = 0.70710678F;
      const std::vector<HalfPlane> face{{1, 0, -0.16F * n}, {-1, 0, 0.84F * n}, {0, 1, -0.2F * n},
                                        {0, -1, 0.92F * n}, {s, s, -0.36F * n}, {-s, s, 0.35F * n},
                                        {s, -s, 0.35F * n}, {-s, -s, 1.08F * n}};
      reference::area_mask(face, 12, mask);
    }
  }
  return result;
}

std::vector<NamedInputs<Inputs>> cases() {
  std::vector<NamedInputs<Inputs>> result;
  const auto add = [&](const std::string& what, const Parameters& p, const AffineF& map,
                       bool benchmark = false) {
    result.push_back({fmt::format("{}/{}x{}", what, p.frame_width, p.frame_height), benchmark,
                      [=, seed = result.size() + 1] { return make(p, map, seed); }});
  };
  for (const NamedMap& named : hostile_maps(96, 80, 64, 64)) {
    add(named.name, {.padding = 5}, named.map);
    add(named.name + "-face", {.mask = MaskKind::face, .whole_frame = false}, named.map);
  }
  for (int size : hostile_sizes()) {
    const Parameters wide{
        .crop_width = 48, .crop_height = 48, .frame_width = size, .frame_height = 11, .padding = 3};
    add("frame-width", wide, about_middle(0.8, 0.6, 0.9, size, 11, 48, 48));
    const Parameters crop{.crop_width = size, .crop_height = size, .frame_width = 70, .frame_height = 50};
    add(fmt::format("crop-{}", size), crop, about_middle(0.96, 0.28, 0.02 * size, 70, 50, size, size));
    const Parameters flat{.crop_width = 40, .crop_height = size, .frame_width = 50, .frame_height = 40};
    add(fmt::format("crop-40x{}", size), flat, about_middle(0.96, -0.28, 0.8, 50, 40, 40, size));
  }
  const AffineF turned = about_middle(0.8660254037844387, 0.5, 0.8, 150, 130, 128, 128);
  for (MaskKind kind : {MaskKind::full, MaskKind::empty, MaskKind::box, MaskKind::face}) {
    const Parameters p{
        .crop_width = 128, .crop_height = 128, .frame_width = 150, .frame_height = 130, .mask = kind};
    add(fmt::format("mask-{}", static_cast<int>(kind)), p, turned);
  }
  for (Content content : {Content::near_min, Content::near_max, Content::extremes, Content::smooth}) {
    const Parameters p{
        .crop_width = 128, .crop_height = 128, .frame_width = 150, .frame_height = 130, .content = content};
    add(name_of(content), p, turned);
    Parameters unfeathered = p;
    unfeathered.seam = false;
    add(name_of(content) + "-unfeathered", unfeathered, turned);
  }
  // A band that begins below 0 gives even the mask value 0 a weight, also where whole tiles are 0.
  for (MaskKind kind : {MaskKind::box, MaskKind::empty, MaskKind::blocks}) {
    add(fmt::format("band-below-zero-{}", static_cast<int>(kind)),
        {.crop_width = 128,
         .crop_height = 128,
         .frame_width = 140,
         .frame_height = 140,
         .mask = kind,
         .seam_low = -40},
        about_middle(0.96, 0.28, 0.9, 140, 140, 128, 128));
  }
  const auto frame = [&](int width, int height, int crop, double scale, MaskKind kind) {
    const Parameters p{
        .crop_width = crop, .crop_height = crop, .frame_width = width, .frame_height = height, .mask = kind};
    return std::pair{p,
                     about_middle(0.9998476951563913, 0.01745240643728351, scale, width, height, crop, crop)};
  };
  const auto face = frame(680, 680, 512, 512.0 / 665, MaskKind::face);
  add("face", face.first, face.second, true);
  const auto box = frame(680, 680, 512, 512.0 / 665, MaskKind::box);
  add("box", box.first, box.second, true);
  const auto noise = frame(680, 680, 512, 512.0 / 665, MaskKind::noise);
  add("noise", noise.first, noise.second, true);
  const auto large = frame(3840, 2160, 512, 512.0 / 2100, MaskKind::face);
  add("face", large.first, large.second, true);
  const Parameters blocks{.crop_width = 128,
                          .crop_height = 128,
                          .frame_width = 150,
                          .frame_height = 130,
                          .mask = MaskKind::blocks};
  for (const NamedMap& named : hostile_maps(150, 130, 128, 128)) {
    add("blocks-" + named.name, blocks, named.map);
  }
  for (int i = 0; i < 8; ++i) {
    // Slow steps: within 32 pixels of a row, sample positions stay between the same mask pixels.
    add(fmt::format("blocks-grown-{}", i), blocks,
        about_middle(i % 2 == 0 ? 1 : 0.96, i % 2 == 0 ? 0 : 0.28, 0.15 + 0.11 * i, 150, 130, 128, 128));
  }
  return result;
}

Inputs random(std::uint64_t seed) {
  Generator draw(seed);
  Parameters p;
  p.crop_width = draw.size(160);
  p.crop_height = draw.one_in(2) ? p.crop_width : draw.size(160);
  p.frame_width = draw.size(240);
  p.frame_height = draw.size(200);
  // Blocks as often as all others together.
  p.mask = draw.one_in(2) ? MaskKind::blocks : static_cast<MaskKind>(draw.integer(0, 4));
  p.content = draw.content();
  p.padding = draw.padding();
  p.seam = !draw.one_in(3);
  if (draw.one_in(6)) {
    p.seam_low = static_cast<double>(draw.real(-60, 0));
  }
  p.whole_frame = draw.one_in(2);
  const AffineF map = draw.map(p.frame_width, p.frame_height, p.crop_width, p.crop_height);
  return make(p, map, seed);
}

/// FaceFusion's own way: warp crop and mask into images, then blend.
void opencv_paste(Inputs& in) {
  const AffineF& m = in.map;
  const Region& r = in.region;
  const cv::Matx23f map(m.xx, m.xy, m.xx * static_cast<float>(r.x) + m.xy * static_cast<float>(r.y) + m.xt,
                        m.yx, m.yy, m.yx * static_cast<float>(r.x) + m.yy * static_cast<float>(r.y) + m.yt);
  const cv::Size size(r.width, r.height);
  const int flags = cv::INTER_LINEAR | cv::WARP_INVERSE_MAP;
  cv::Mat crop;
  cv::Mat mask;
  cv::warpAffine(opencv_view(in.crop), crop, map, size, flags, cv::BORDER_REPLICATE);
  cv::warpAffine(opencv_view(in.mask), mask, map, size, flags, cv::BORDER_CONSTANT);
  cv::Mat frame = opencv_view(in.frame)(cv::Rect(r.x, r.y, r.width, r.height));
  cv::Mat weight;
  mask.convertTo(weight, CV_32F, 1.0 / 255);
  cv::Mat rest = 1.0 - weight;
  cv::blendLinear(crop, frame, weight, rest, frame);
}

/// Crop and mask packed, border included, as the executor has them.
std::vector<std::uint32_t> packed_words(Inputs& in) {
  std::vector<std::uint32_t> words(cuda::packed_words(in.crop.width(), in.crop.height()), 0xdeadbeefU);
  cuda::pack_crop(in.crop.bgr(), in.mask.mask(), words.data());
  return words;
}

cuda::PackedCrop packed(const std::uint32_t* words, const Inputs& in) {
  return {words + cuda::packed_origin(in.crop.width()), in.crop.width(), in.crop.height()};
}

template <typename Crop>
std::function<void()> launch_of(Inputs& in, DevicePlanes& on, const Crop& crop, int count = 1) {
  const auto* items =
      on.put_last(cuda::CompositeItem<Crop>{crop, cuda::to_map(in.map), in.region, on(in.frame)}, count);
  return [&in, &on, items, count, band = cuda::seam_band(in.preset)] {
    if (in.region.empty()) {
      return;
    }
    const int tiles = cuda::composite_tiles(in.region.width, in.region.height);
    if constexpr (std::is_same_v<Crop, cuda::PackedCrop>) {
      cuda::stage_kernels.composite_packed(items, count, tiles, band, on.stream());
    } else {
      cuda::stage_kernels.composite_unpacked(items, count, tiles, band, on.stream());
    }
  };
}

/// Alone, or as one of a batch, for which there are other kernels.
template <int Count>
std::function<void()> prepare_cuda_packed(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const std::vector<std::uint32_t> words = packed_words(in);
    return launch_of(in, on, packed(on.put(words.data(), words.size()), in), Count);
  }
  return {};
}

/// Crop and mask without padding, which the composite packs; where it cannot, packed before. Half
/// of the crops went through the inverse of the tables that the composite applies.
std::function<void()> prepare_cuda_unpacked(Inputs& in, DevicePlanes& on) {
  if constexpr (cuda::with_toolkit) {
    const int width = in.crop.width();
    const int height = in.crop.height();
    if (!cuda::can_pack_in_composite(width, cuda::seam_band(in.preset))) {
      return prepare_cuda_packed<8>(in, on);
    }
    const auto row = static_cast<std::size_t>(width);
    constexpr std::size_t values = 256;
    std::array<std::uint8_t, 3 * values> tables{};
    std::array<std::uint8_t, 3 * values> inverse{};
    for (std::size_t i = 0; i < tables.size(); ++i) {
      const std::size_t channel = i / values;
      // Odd factors permute the bytes.
      tables[i] = static_cast<std::uint8_t>((37 + 22 * channel) * i + 101 * channel + 5);
      inverse[channel * values + tables[i]] = static_cast<std::uint8_t>(i % values);
    }
    const bool through_tables = width % 8 == 0;
    std::vector<std::uint8_t> crop;
    std::vector<std::uint8_t> mask;
    for (int y = 0; y < height; ++y) {
      for (std::size_t i = 0; i < 3 * row; ++i) {
        const std::uint8_t byte = in.crop.bgr().row(y)[i];
        crop.push_back(through_tables ? inverse[i % 3 * values + byte] : byte);
      }
      mask.insert(mask.end(), in.mask.mask().row(y), in.mask.mask().row(y) + row);
    }
    return launch_of(
        in, on,
        cuda::UnpackedCrop{on.put(crop.data(), crop.size()), on.put(mask.data(), mask.size()),
                           through_tables ? on.put(tables.data(), tables.size()) : nullptr, width, height},
        8);
  }
  return {};
}

template <typename Crop>
void composite_on_host(Inputs& in, const Crop& crop) {
  const cuda::ScaledBand band = cuda::scaled(cuda::seam_band(in.preset));
  const Region& r = in.region;
  for (int y = r.y; y < r.y + r.height; ++y) {
    for (int x = r.x; x < r.x + r.width; ++x) {
      const cuda::SamplePoint at = cuda::sample_point(cuda::to_map(in.map), x, y);
      if (cuda::near_crop(at, in.crop.width(), in.crop.height())) {
        const cuda::Pixels frame = cuda::to_pixels(in.frame.bgr());
        const std::uint32_t pixel = cuda::composite_at(crop, band, at, cuda::load_pixel(frame.row(y), x));
        for (int c = 0; c < 3; ++c) {
          in.frame.bgr().pixel(x, y)[c] = static_cast<std::uint8_t>(pixel >> (8 * c));
        }
      }
    }
  }
}

}  // namespace

Operator composite_operator() {
  return make_operator<Inputs>(
      {"composite",
       "crop to frame through the mask: inverse warp, seam band, blend, one rounding",
       {{"reference",
         [](Inputs& in) {
           reference::composite(in.crop.bgr(), in.mask.mask(), in.map, in.region,
                                reference::SeamBand(in.preset), in.frame.bgr());
         }},
        {"cpu",
         [](Inputs& in) {
           cpu::composite(in.crop.bgr(), in.mask.mask(), in.map, in.region, cpu::SeamBand(in.preset),
                          in.frame.bgr());
         },
         true},
        on_cuda<Inputs>(prepare_cuda_packed<1>, "cuda:packed"),
        on_cuda<Inputs>(prepare_cuda_packed<4>, "cuda:packed-few"),
        on_cuda<Inputs>(prepare_cuda_packed<8>, "cuda:packed-batch"),
        on_cuda<Inputs>(prepare_cuda_unpacked, "cuda:unpacked-batch"),
        cuda_arithmetic<Inputs>([](Inputs& in) {
          const std::vector<std::uint32_t> words = packed_words(in);
          composite_on_host(in, packed(words.data(), in));
        }),
        {"opencv", opencv_paste}},
       "warpAffine 8UC3 and 8UC1, blendLinear"},
      cases(), random);
}

}  // namespace ffbench::operators
