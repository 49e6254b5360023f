#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/executor.hpp"
#include "core/face_plan.hpp"
#include "core/face_track.hpp"
#include "core/image.hpp"

namespace ffbench {

/// How `base-3.5.0` is configured. The defaults are FaceFusion 3.5.0's own: hyperswap at 256, its
/// template and its face mask, with a pixel boost to 512.
struct BaselineOptions {
  int crop_size =
      /// Side of the aligned crop ("pixel boost"); a multiple of the model's size, or below it
      512;
  int model_size = 256;  ///< side of the swap model's input; a smaller crop is handed over whole
  std::string warp_template = "arcface_128";
  SwapKind swap = SwapKind::source;
  /// Of SwapKind::model: turns the three planes R, G, B of a tile, `model_size` squared numbers
  /// each, into such planes.
  std::function<void(const float* input, float* output)> network;
  /// The source portrait, any size; for SwapKind::source
  BgrImage source;
  Landmarks5 source_landmarks{};                            ///< in pixels of `source`
  std::array<double, 3> mean{0.5, 0.5, 0.5};                ///< R, G, B, of values in [0, 1]
  std::array<double, 3> standard_deviation{0.5, 0.5, 0.5};  ///< R, G, B
  /// The model's output is in normalised units and is mapped back by mean and deviation, which
  /// makes the crop binary64 (hyperswap, ghost, hififace, uniface). Otherwise the output is in [0,
  /// 1] and everything after it is binary32 (inswapper, simswap, blendswap).
  bool denormalise = true;
  double mask_blur = 0.3;  ///< in [0, 1]
  std::array<int, 4> mask_padding{0, 0, 0,
                                  /// Top, right, bottom, left, in percent of the crop, 0 to 100
                                  0};
  int opencv_threads = 1;  ///< handed to `set_opencv_threads` by the factory
};

/// The baseline `base-3.5.0`: FaceFusion 3.5.0's pixel stages, one OpenCV call or one pass over the
/// pixels for each of its OpenCV and NumPy calls (docs/baseline.md). Faces are done one after
/// another, each cut from the frame that already holds the earlier ones; it keeps no state between
/// frames. Of a plan it reads `face_id` and `frame_to_crop` alone, so it must be given the plan of
/// `plan_baseline`. Throws `Error` for options that do not fit together and for source landmarks
/// that no similarity fits.
std::unique_ptr<Executor> make_baseline_executor(const BaselineOptions& options);

/// The similarity from the frame to the crop as FaceFusion estimates it:
/// cv::estimateAffinePartial2D on binary32 points, RANSAC, threshold 100 pixels. `target` is in
/// crop pixels. Empty where the landmarks are not finite or OpenCV finds no invertible similarity.
std::optional<Similarity> estimate_baseline_transform(const Landmarks5& landmarks, const Landmarks5& target);

/// Every face of every frame as observed, without any temporal filter. A face whose transform
/// cannot be estimated is absent in that frame. The pose holds roll and scale of `frame_to_crop`
/// and the template's centre seen in the frame; yaw and pitch stay 0. `template_name` is one of
/// `warp_templates()`; throws `Error` for an unknown one or crop_size < 1.
ClipPlan plan_baseline(const FaceTrack& observed, int crop_size, std::string_view template_name);

/// The version of the OpenCV library that is loaded, e.g. "4.6.0". Bit claims for the baseline hold
/// per version.
std::string opencv_version();

/// Number of threads that OpenCV's own functions may use, for the whole process. Measurements use
/// 1: FaceFusion runs frames in parallel, not the parts of a frame. The pixels do not depend on it.
/// OpenCV's setter is not safe beside its other functions: call this before lanes run in parallel;
/// a number that is set already changes nothing. Throws `Error` below 1.
void set_opencv_threads(int threads);

}  // namespace ffbench
