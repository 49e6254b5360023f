#include "reference/facefusion_3_5_0/face_pass.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/warp_template.hpp"

namespace ffbench::baseline {

void check_options(const BaselineOptions& options) {
  if (options.crop_size < 1 || options.model_size < 1) {
    fail("baseline: crop size {} and model size {} must be positive", options.crop_size, options.model_size);
  }
  if (options.crop_size > options.model_size && options.crop_size % options.model_size != 0) {
    fail(
        "baseline: crop size {} is not a multiple of the model size {}; FaceFusion's crops are 128, 256, "
        "512, "
        "768, 1024",
        options.crop_size, options.model_size);
  }
  if (!(options.mask_blur >= 0 && options.mask_blur <= 1)) {
    fail("baseline: mask blur {} is outside [0, 1]", options.mask_blur);
  }
  for (const int percent : options.mask_padding) {
    if (percent < 0 || percent > 100) {
      fail("baseline: mask padding {} % is outside [0, 100]", percent);
    }
  }
  for (const double deviation : options.standard_deviation) {
    if (!(deviation > 0) || !std::isfinite(deviation)) {
      fail("baseline: standard deviation {} is not a positive number", deviation);
    }
  }
  for (const double mean : options.mean) {
    if (!std::isfinite(mean)) {
      fail("baseline: mean {} is not a finite number", mean);
    }
  }
  if (options.swap == SwapKind::source && options.source.empty()) {
    fail("baseline: swap 'source' needs a source portrait");
  }
  if (options.swap == SwapKind::model && !options.network) {
    fail("baseline: swap 'model' needs a network");
  }
}

TileGrid::TileGrid(const BaselineOptions& options)
    : factor(std::max(1, options.crop_size / options.model_size)), size(options.crop_size / factor) {}

SwapModel::SwapModel(const BaselineOptions& options) {
  if (options.swap == SwapKind::identity) {
    return;
  }
  if (options.swap == SwapKind::model) {
    network_ = options.network;
    answers_.resize(TileGrid(options).values());
    return;
  }
  const Landmarks5 target = warp_template(options.warp_template).scaled(options.crop_size);
  const auto transform = estimate_baseline_transform(options.source_landmarks, target);
  if (!transform) {
    fail("baseline: no similarity fits the source portrait's five landmarks; are they distinct and finite?");
  }
  BgrImage crop(options.crop_size, options.crop_size);
  warp_to_crop(options.source.view(), *transform, crop.view());

  const TileGrid grid(options);
  tile_values_ = grid.values();
  answers_.resize(grid.tiles() * tile_values_);
  // A model whose output is mapped back answers in the units of its input, the others in [0, 1].
  const Normalisation unit{.mean = {0, 0, 0}, .standard_deviation = {1, 1, 1}};
  const Normalisation own{.mean = options.mean, .standard_deviation = options.standard_deviation};
  BgrImage tile(grid.size, grid.size);
  for (std::size_t k = 0; k < grid.tiles(); ++k) {
    const int index = static_cast<int>(k);
    take_tile(crop.view(), grid.factor, index / grid.factor, index % grid.factor, tile.view());
    prepare_tile(tile.view(), options.denormalise ? own : unit, answers_.data() + k * tile_values_);
  }
}

const float* SwapModel::run(std::size_t tile, const float* input) {
  if (network_) {
    network_(input, answers_.data());
    return answers_.data();
  }
  return answers_.empty() ? input : answers_.data() + tile * tile_values_;
}

template <typename Real>
FacePass<Real>::FacePass(const BaselineOptions& options, SwapModel& model)
    : crop(options.crop_size, options.crop_size),
      mask(options.crop_size, options.crop_size),
      swapped(options.crop_size, options.crop_size),
      options_(options),
      model_(model),
      grid_(options),
      normalisation_{.mean = options.mean, .standard_deviation = options.standard_deviation},
      tile_(grid_.size, grid_.size),
      swapped_tile_(grid_.size, grid_.size) {
  prepared.resize(grid_.tiles() * grid_.values());
}

template <typename Real>
void FacePass<Real>::warp(ConstBgrView frame, const Affine& frame_to_crop) {
  warp_to_crop(frame, frame_to_crop, crop.view());
}

template <typename Real>
void FacePass<Real>::make_box_mask() {
  baseline::make_box_mask(options_.mask_blur, options_.mask_padding, mask.view());
}

template <typename Real>
void FacePass<Real>::swap() {
  for (std::size_t k = 0; k < grid_.tiles(); ++k) {
    const int row = static_cast<int>(k) / grid_.factor;
    const int column = static_cast<int>(k) % grid_.factor;
    float* input = prepared.data() + k * grid_.values();
    take_tile(crop.view(), grid_.factor, row, column, tile_.view());
    prepare_tile(tile_.view(), normalisation_, input);
    const float* output = model_.run(k, input);
    if constexpr (sizeof(Real) == sizeof(double)) {
      normalise_tile(output, normalisation_, swapped_tile_.view());
    } else {
      normalise_tile(output, swapped_tile_.view());
    }
    place_tile(swapped_tile_.const_view(), grid_.factor, row, column, swapped.view());
  }
}

template <typename Real>
void FacePass<Real>::join_masks() {
  clip_mask(mask.view());  // the box mask is the only one, so the minimum over all masks is itself
}

template <typename Real>
void FacePass<Real>::paste(ConstBgrView frame, const Affine& frame_to_crop, BgrView out) {
  area = paste_area(frame.width, frame.height, options_.crop_size, frame_to_crop);
  copy_pixels(frame, out);
  const Region& r = area.region;
  if (r.empty()) {
    return;
  }
  warped_mask.resize(r.width, r.height);
  warp_mask(mask.const_view(), area.crop_to_region, warped_mask.view());
  clip_mask(warped_mask.view());
  warped_crop.resize(r.width, r.height);
  warp_crop(swapped.const_view(), area.crop_to_region, warped_crop.view());
  blend(frame.crop(r.x, r.y, r.width, r.height), warped_mask.const_view(), warped_crop.const_view(),
        out.crop(r.x, r.y, r.width, r.height));
}

template class FacePass<double>;
template class FacePass<float>;

}  // namespace ffbench::baseline
