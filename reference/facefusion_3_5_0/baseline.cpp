#include "reference/facefusion_3_5_0/baseline.hpp"

#include <utility>

#include "core/error.hpp"
#include "core/system/stage_clock.hpp"
#include "reference/facefusion_3_5_0/face_pass.hpp"

namespace ffbench {
namespace {

template <typename Real>
class BaselineExecutor final : public Executor {
 public:
  explicit BaselineExecutor(BaselineOptions options)
      : options_(std::move(options)), model_(options_), face_(options_, model_) {}

  [[nodiscard]] std::string description() const override {
    return "base-3.5.0 (OpenCV " + opencv_version() + ")";
  }

  void restart() override {}  // FaceFusion carries nothing from one frame to the next

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    if (output.width != frame.width || output.height != frame.height) {
      fail("baseline: the output is {} x {}, the frame {} x {}; they must agree", output.width, output.height,
           frame.width, frame.height);
    }
    StageClock clock(stage_times_, index);
    if (plan.faces.empty()) {
      clock.begin(Stage::composite);
      copy_pixels(frame, output);
    }
    // Each face goes from one whole frame to the next; they alternate so that the last one is the
    // output.
    std::size_t left = plan.faces.size();
    if (left > 1) {
      between_.resize(frame.width, frame.height);
    }
    ConstBgrView current = frame;
    for (const FacePlan& plan_of_face : plan.faces) {
      --left;
      const BgrView next = left % 2 == 0 ? output : between_.view();
      run_face(index, current, plan_of_face, next, clock);
      current = next;
    }
    clock.end();
    if (observer_ != nullptr) {
      observer_->image(index, -1, Stage::composite, output.data, output.width, output.height, 3,
                       output.stride_bytes);
    }
  }

 private:
  // Masks before the swap: FaceFusion's order, which no pixel depends on.
  void run_face(int index, ConstBgrView frame, const FacePlan& plan, BgrView out, StageClock& clock) {
    const Affine frame_to_crop = plan.frame_to_crop;
    clock.begin(Stage::warp);
    face_.warp(frame, frame_to_crop);
    if (observer_ != nullptr) {
      const ConstBgrView crop = face_.crop.const_view();
      observer_->image(index, plan.face_id, Stage::warp, crop.data, crop.width, crop.height, 3,
                       crop.stride_bytes);
    }
    clock.begin(Stage::mask);
    face_.make_box_mask();
    clock.begin(Stage::swap);
    face_.swap();
    clock.begin(Stage::mask);
    face_.join_masks();
    clock.begin(Stage::composite);
    face_.paste(frame, frame_to_crop, out);
  }

  BaselineOptions options_;
  baseline::SwapModel model_;
  baseline::FacePass<Real> face_;
  BgrImage between_;
};

}  // namespace

std::unique_ptr<Executor> make_baseline_executor(const BaselineOptions& options) {
  baseline::check_options(options);
  set_opencv_threads(options.opencv_threads);
  if (options.denormalise) {
    return std::make_unique<BaselineExecutor<double>>(options);
  }
  return std::make_unique<BaselineExecutor<float>>(options);
}

}  // namespace ffbench
