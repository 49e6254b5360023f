#include "reference/executor.hpp"

#include <map>

#include "core/error.hpp"
#include "core/kept_faces.hpp"
#include "core/system/stage_clock.hpp"
#include "reference/apply_gains.hpp"
#include "reference/area_mask.hpp"
#include "reference/box_mask.hpp"
#include "reference/composite.hpp"
#include "reference/gain_statistics.hpp"
#include "reference/gain_tables.hpp"
#include "reference/gain_update.hpp"
#include "reference/mask_hysteresis.hpp"
#include "reference/warp.hpp"
#include "reference/warp_antialiased.hpp"

namespace ffbench::reference {
namespace {

/// What carries over from frame to frame for one face.
struct FaceState {
  GainState gains;
  MaskImage mask;  ///< empty until the first frame
};

class ReferenceExecutor final : public Executor {
 public:
  explicit ReferenceExecutor(const ExecutorOptions& options)
      : options_(options),
        band_(options.preset),
        warped_(options.crop_size, options.crop_size),
        swapped_(options.crop_size, options.crop_size),
        mask_(options.crop_size, options.crop_size) {
    if (options.swap == SwapKind::source && (options.source_crop.width() != options.crop_size ||
                                             options.source_crop.height() != options.crop_size)) {
      fail("source crop: {}x{} pixels, expected {}x{}", options.source_crop.width(),
           options.source_crop.height(), options.crop_size, options.crop_size);
    }
  }

  std::string description() const override { return "reference"; }

  void restart() override {
    states_.clear();
    kept_.clear();
  }

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    StageClock clock(stage_times_, index);
    if (plan.faces.empty()) {
      clock.begin(Stage::composite);
      copy_pixels(frame, output);
    }
    for (const FacePlan& face : plan.faces) {
      execute_face(index, frame, face, &face == &plan.faces.front(), output, clock);
    }
    clock.end();
    for (const int face_id : kept_.draw(plan)) {
      states_.erase(face_id);
    }
    if (observer_ != nullptr) {
      observe_image(index, -1, Stage::composite, BgrView(output));
    }
  }

 private:
  void execute_face(int index, ConstBgrView frame, const FacePlan& face, bool first, BgrView output,
                    StageClock& clock) {
    FaceState& state = states_[face.face_id];
    if (face.reset) {
      state = {};
    }

    clock.begin(Stage::warp);
    if (options_.preset.antialias) {
      warp_antialiased(frame, face.geometry.crop_to_frame, warped_.view());
    } else {
      warp(frame, face.geometry.crop_to_frame, warped_.view());
    }
    observe_crop(index, face, Stage::warp, warped_);

    clock.begin(Stage::swap);
    switch (options_.swap) {
      case SwapKind::source:
        swapped_ = options_.source_crop;
        break;
      case SwapKind::identity:
        swapped_ = warped_;
        break;
      case SwapKind::model:
        options_.model->swap(warped_.view(), swapped_.view());
        break;
    }
    observe_crop(index, face, Stage::swap, swapped_);

    clock.begin(Stage::gains);
    if (options_.preset.gains) {
      gain_update(gain_statistics(warped_.view()), gain_statistics(swapped_.view()), options_.preset,
                  face.tail, state.gains);
      apply_gains(gain_tables(state.gains), swapped_.view());
    }
    observe_crop(index, face, Stage::gains, swapped_);

    clock.begin(Stage::mask);
    box_mask(options_.preset.mask_blur, options_.preset.mask_padding, mask_.view());
    area_mask(face.geometry.mask_edges, static_cast<float>(options_.preset.area_feather), mask_.view());
    observe_crop(index, face, Stage::mask, mask_);

    clock.begin(Stage::hysteresis);
    if (options_.preset.hysteresis) {
      if (!state.mask.empty()) {
        mask_hysteresis(state.mask.const_view(), options_.preset.hysteresis_band, mask_.view());
      }
      state.mask = mask_;
    }
    observe_crop(index, face, Stage::hysteresis, mask_);

    clock.begin(Stage::composite);
    if (first) {
      copy_pixels(frame, output);
    }
    composite(swapped_.view(), mask_.view(), face.geometry.frame_to_crop, face.geometry.region, band_,
              output);
  }

  template <int Channels>
  void observe_crop(int index, const FacePlan& face, Stage stage,
                    const Image<std::uint8_t, Channels>& image) {
    if (observer_ != nullptr) {
      observe_image(index, face.face_id, stage, image.const_view());
    }
  }

  template <typename T, int Channels>
  void observe_image(int index, int face_id, Stage stage, ImageView<T, Channels> view) {
    observer_->image(index, face_id, stage, view.data, view.width, view.height, Channels, view.stride_bytes);
  }

  ExecutorOptions options_;
  SeamBand band_;
  std::map<int, FaceState> states_;
  KeptFaces kept_;
  BgrImage warped_;
  BgrImage swapped_;
  MaskImage mask_;
};

}  // namespace

std::unique_ptr<Executor> make_executor(const ExecutorOptions& options) {
  return std::make_unique<ReferenceExecutor>(options);
}

}  // namespace ffbench::reference
