#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clip.hpp"
#include "core/executor.hpp"
#include "core/face_track.hpp"
#include "core/truth.hpp"
#include "datasets/fixture.hpp"
#include "harness/pipeline/executor_tuning.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/refined_tracks.hpp"
#include "harness/swap_model/swap_network.hpp"

namespace ffbench {

/// A clip with everything a pipeline needs to run over it: a synthetic fixture or a video with its
/// track.
struct Subject {
  std::string name;
  std::unique_ptr<Clip> clip;
  Digest clip_digest;  ///< of fixtures; see `Fixture::clip_digest`
  /// Where refined tracks of fixtures are kept; null: nowhere
  std::shared_ptr<const RefinedTracks> refined_tracks;
  FaceTrack observed;
  std::unique_ptr<Truth> truth;  ///< null for videos
  bool moving_face = false;
  int crop_size = 512;
  std::string warp_template = "arcface_128";
  SwapKind swap = SwapKind::source;
  std::filesystem::path swap_model;  ///< of SwapKind::model: an ONNX file
  BgrImage source;                   ///< the source portrait
  Landmarks5 source_landmarks{};
};

Subject make_subject(Fixture fixture);

/// The source portrait cut out with the unfiltered similarity of its own landmarks (NUMERICS.md,
/// "Swap"); empty for other kinds. Throws `Error` where the landmarks determine no similarity.
BgrImage aligned_source(const Subject& subject);

/// The plan of a pipeline for a subject. `raw` and `truth` are the unfiltered plans; `truth` may be
/// empty without truth. Feature `fhr` reads the subject's frames, and on the backend cuda uses
/// `device`; `refine_seconds`, where given, receives the time of refinement alone.
ClipPlan plan_for(const Pipeline& pipeline, const Subject& subject, const ClipPlan& raw,
                  const ClipPlan& truth, int device, double* refine_seconds = nullptr);

/// The unfiltered plan of a track, as the algorithm fits it.
ClipPlan unfiltered_plan(Algorithm algorithm, const Preset& preset, const Subject& subject,
                         const FaceTrack& track);

/// An executor and the swap network it runs, where it runs one.
struct PipelineExecutor {
  std::unique_ptr<Executor> executor;
  std::shared_ptr<SwapNetwork> network;
};

/// The executor of a pipeline for a subject.
PipelineExecutor make_executor(const Pipeline& pipeline, const Subject& subject,
                               const ExecutorTuning& tuning = {});

/// What makes executors: `make_executor`, or a test's own.
using MakeExecutor = std::function<PipelineExecutor(const Pipeline&, const Subject&, const ExecutorTuning&)>;

/// What `--swap` says: `source`, `identity` or `onnx:FILE`. Throws `Error` for anything else.
struct SwapChoice {
  SwapKind kind = SwapKind::source;
  std::filesystem::path model;
};
SwapChoice parse_swap(const std::string& text);

}  // namespace ffbench
