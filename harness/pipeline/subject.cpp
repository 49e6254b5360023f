#include "harness/pipeline/subject.hpp"

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/warp_template.hpp"
#include "harness/pipeline/fault_points.hpp"
#include "harness/pipeline/landmark_refinement.hpp"
#include "kernels/cpu/executor.hpp"
#include "kernels/cuda/backend.hpp"
#include "reference/executor.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"
#include "reference/warp.hpp"
#include "stability/planner.hpp"
#include "stability/similarity_fit.hpp"

namespace ffbench {

Subject make_subject(Fixture fixture) {
  Subject subject;
  subject.name = fixture.spec.name;
  subject.clip = std::move(fixture.clip);
  subject.clip_digest = fixture.clip_digest;
  subject.observed = std::move(fixture.observed);
  subject.truth = std::move(fixture.truth);
  subject.moving_face = fixture.moving_face;
  subject.crop_size = fixture.spec.crop_size;
  subject.warp_template = fixture.spec.warp_template;
  subject.source = std::move(fixture.source);
  subject.source_landmarks = fixture.source_landmarks;
  return subject;
}

BgrImage aligned_source(const Subject& subject) {
  if (subject.swap != SwapKind::source) {
    return {};
  }
  const Landmarks5 target = warp_template(subject.warp_template).scaled(subject.crop_size);
  const std::optional<Similarity> fit = stability::fit_similarity(subject.source_landmarks, target);
  if (!fit) {
    fail(
        "source portrait of {}: its landmarks determine no alignment; use a portrait with a clearly visible "
        "face",
        subject.name);
  }
  BgrImage crop(subject.crop_size, subject.crop_size);
  reference::warp(subject.source.view(), AffineF(Affine(fit->inverse())), crop.view());
  return crop;
}

ClipPlan unfiltered_plan(Algorithm algorithm, const Preset& preset, const Subject& subject,
                         const FaceTrack& track) {
  if (algorithm == Algorithm::base_3_5_0) {
    return plan_baseline(track, subject.crop_size, subject.warp_template);
  }
  return stability::plan_unfiltered(track, {preset, subject.crop_size, subject.warp_template});
}

ClipPlan plan_for(const Pipeline& pipeline, const Subject& subject, const ClipPlan& raw,
                  const ClipPlan& truth, int device, double* refine_seconds) {
  if (pipeline.control != Control::none) {
    if (!subject.truth && pipeline.control == Control::truth) {
      fail("pipeline '{}': {} has no truth", pipeline.name, subject.name);
    }
    return controlled_plan(pipeline.control, raw, truth, subject.clip->width(), subject.clip->height());
  }
  if (pipeline.algorithm == Algorithm::base_3_5_0) {
    return raw;
  }
  stability::PlanOptions options{pipeline.preset, subject.crop_size, subject.warp_template};
  if (!pipeline.preset.fhr) {
    return fault_points::plan(stability::plan_offline(subject.observed, options), subject.clip->width(),
                              subject.clip->height());
  }
  const auto refine = [&] {
    RefinedTrack refined =
        refine_landmarks(*subject.clip, subject.observed, pipeline.preset, pipeline.backend, device);
    if (refine_seconds != nullptr) {
      *refine_seconds = refined.seconds;
    }
    return std::move(refined.track);
  };
  const FaceTrack refined =
      subject.refined_tracks
          ? subject.refined_tracks->get(subject.observed, subject.clip_digest,
                                        fmt::format("{}, {} anchor frames", name_of(pipeline.backend),
                                                    pipeline.preset.fhr_anchor_frames),
                                        refine)
          : refine();
  options.refined = true;
  return fault_points::plan(stability::plan_offline(refined, options), subject.clip->width(),
                            subject.clip->height());
}

SwapChoice parse_swap(const std::string& text) {
  constexpr std::string_view model_prefix = "onnx:";
  if (text == "source") {
    return {SwapKind::source, {}};
  }
  if (text == "identity") {
    return {SwapKind::identity, {}};
  }
  if (text.starts_with(model_prefix) && text.size() > model_prefix.size()) {
    return {SwapKind::model, text.substr(model_prefix.size())};
  }
  fail("--swap '{}' is unknown; known: source, identity, onnx:FILE", text);
}

PipelineExecutor make_executor(const Pipeline& pipeline, const Subject& subject,
                               const ExecutorTuning& tuning) {
  PipelineExecutor result;
  if (subject.swap == SwapKind::model) {
    result.network =
        std::make_shared<SwapNetwork>(subject.swap_model, subject.source.view(), subject.source_landmarks);
  }
  if (pipeline.algorithm == Algorithm::base_3_5_0) {
    BaselineOptions options;
    options.crop_size = subject.crop_size;
    options.warp_template = subject.warp_template;
    options.swap = subject.swap;
    options.source = subject.source;
    options.source_landmarks = subject.source_landmarks;
    if (result.network) {
      const SwapDescription& description = result.network->description();
      options.model_size = description.target.size;
      options.mean = description.target.mean;
      options.standard_deviation = description.target.standard_deviation;
      options.denormalise = description.denormalise;
      options.network = [network = result.network](const float* in, float* out) { network->run(in, out); };
    }
    result.executor = make_baseline_executor(options);
    return result;
  }
  ExecutorOptions options;
  options.preset = pipeline.preset;
  options.crop_size = subject.crop_size;
  options.swap = subject.swap;
  options.source_crop = aligned_source(subject);
  if (result.network) {
    options.model = make_swap_model(result.network, subject.crop_size);
  }
  switch (pipeline.backend) {
    case Backend::reference:
      result.executor = reference::make_executor(options);
      break;
    case Backend::cpu:
      result.executor = cpu::make_executor(options, tuning.threads);
      break;
    case Backend::cuda:
      result.executor = cuda::make_executor(options, tuning.cuda);
      break;
  }
  return result;
}

}  // namespace ffbench
