#include "reference/facefusion_3_5_0/stages.hpp"

#include <cstring>
#include <type_traits>

#include "reference/facefusion_3_5_0/face_pass.hpp"

namespace ffbench {
namespace {

template <typename T>
constexpr const char* numpy_name() {
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    return "uint8";
  } else if constexpr (std::is_same_v<T, int>) {
    return "int32";
  } else {
    return std::is_same_v<T, float> ? "float32" : "float64";
  }
}

template <typename T>
BaselineArray array_of(const std::string& name, const std::vector<int>& shape, const T* values,
                       std::size_t count) {
  BaselineArray result{.name = name, .type = numpy_name<T>(), .shape = shape, .bytes = {}};
  result.bytes.resize(count * sizeof(T));
  std::memcpy(result.bytes.data(), values, result.bytes.size());
  return result;
}

template <typename T, int Channels>
BaselineArray array_of(const std::string& name, const Image<T, Channels>& image) {
  std::vector<int> shape{image.height(), image.width()};
  if (Channels > 1) {
    shape.push_back(Channels);
  }
  return array_of(name, shape, image.data(), image.size_bytes() / sizeof(T));
}

BaselineArray array_of(const std::string& name, const Affine& m) {
  const std::array<double, 6> values{m.xx, m.xy, m.xt, m.yx, m.yy, m.yt};
  return array_of(name, {2, 3}, values.data(), values.size());
}

template <typename Real>
std::vector<BaselineArray> run_stages(const BaselineOptions& options, ConstBgrView frame,
                                      const Affine& frame_to_crop) {
  baseline::SwapModel model(options);
  const baseline::TileGrid grid(options);
  baseline::FacePass<Real> face(options, model);
  std::vector<BaselineArray> stages;
  stages.push_back(array_of("matrix", frame_to_crop));
  face.warp(frame, frame_to_crop);
  stages.push_back(array_of("crop", face.crop));
  face.make_box_mask();
  stages.push_back(array_of("box_mask", face.mask));
  face.swap();
  stages.push_back(array_of("prepared", {static_cast<int>(grid.tiles()), 3, grid.size, grid.size},
                            face.prepared.data(), face.prepared.size()));
  stages.push_back(array_of("swapped", face.swapped));
  face.join_masks();
  stages.push_back(array_of("crop_mask", face.mask));
  BgrImage output(frame.width, frame.height);
  face.paste(frame, frame_to_crop, output.view());
  const Region& r = face.area.region;
  const std::array<int, 4> region{r.x, r.y, r.width, r.height};
  stages.push_back(array_of("region", {4}, region.data(), region.size()));
  stages.push_back(array_of("paste_matrix", face.area.crop_to_region));
  if (!r.empty()) {
    stages.push_back(array_of("warped_mask", face.warped_mask));
    stages.push_back(array_of("warped_crop", face.warped_crop));
  }
  stages.push_back(array_of("output", output));
  return stages;
}

}  // namespace

std::vector<BaselineArray> baseline_stages(const BaselineOptions& options, ConstBgrView frame,
                                           const Similarity& frame_to_crop) {
  baseline::check_options(options);
  return options.denormalise ? run_stages<double>(options, frame, frame_to_crop)
                             : run_stages<float>(options, frame, frame_to_crop);
}

}  // namespace ffbench
